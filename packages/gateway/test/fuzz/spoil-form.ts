import type { Dice } from '../support/dice.ts';

/** A multipart form as it is sent. */
export interface SpoiltForm {
  readonly contentType: string;
  readonly bytes: Buffer;
}

interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly value: Buffer;
}

const oddNames = ['', 'model', 'file', 'stream', 'include[]', 'n"ame', 'ü', 'x'.repeat(300)];
const oddTexts = [
  '',
  '-1',
  'true',
  '\u0000',
  'x'.repeat(70_000),
  '--boundary-of-the-form',
  '\r\n\r\n',
  'gpt-4o,claude',
];

/** A form with a file and fields, after some changes to its parts or to its bytes. */
export function spoilForm(fields: Readonly<Record<string, string>>, dice: Dice): SpoiltForm {
  let parts: readonly Part[] = [
    { name: 'file', fileName: 'a.wav', value: Buffer.alloc(dice.pick([0, 44, 2000, 200_000]), 0x20) },
    ...Object.entries(fields).map(([name, value]) => ({ name, value: Buffer.from(value) })),
  ];
  for (let changes = dice.below(3); changes > 0; changes -= 1) parts = spoilParts(parts, dice);
  const boundary = dice.chance(0.9) ? 'boundary-of-the-form' : dice.pick(["a'()+_,-./:=? b", 'x'.repeat(70), '-']);
  const bytes = Buffer.concat([...parts.map((part) => written(part, boundary)), Buffer.from(`--${boundary}--\r\n`)]);
  return { contentType: contentTypeOf(boundary, dice), bytes: spoilBytes(bytes, dice) };
}

function spoilParts(parts: readonly Part[], dice: Dice): readonly Part[] {
  const at = dice.below(parts.length);
  const part = parts[at];
  if (part === undefined) return parts;
  switch (dice.below(7)) {
    case 0:
      return parts.toSpliced(at, 1);
    case 1:
      return parts.toSpliced(at, 0, part);
    case 2:
      return parts.toReversed();
    case 3:
      return Array.from({ length: 70 }, () => part);
    case 4:
      return parts.with(at, { ...part, name: dice.pick(oddNames) });
    case 5:
      return parts.with(at, { ...part, fileName: dice.pick(['', 'b"; name="model', '../a', 'x'.repeat(5000)]) });
    default:
      return parts.with(at, { ...part, value: Buffer.from(dice.pick(oddTexts)) });
  }
}

function written({ name, fileName, value }: Part, boundary: string): Buffer {
  const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: audio/wav`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), value, Buffer.from('\r\n')]);
}

/** Mostly as it should be. */
function contentTypeOf(boundary: string, dice: Dice): string {
  if (dice.chance(0.9)) return `multipart/form-data; boundary="${boundary}"`;
  return dice.pick([
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=another',
    `multipart/form-data; boundary=${boundary}; boundary=another`,
    'multipart/mixed; boundary=boundary-of-the-form',
    'application/json',
  ]);
}

function spoilBytes(bytes: Buffer, dice: Dice): Buffer {
  if (dice.chance(0.8)) return bytes;
  switch (dice.below(4)) {
    case 0:
      return bytes.subarray(0, dice.below(bytes.length));
    case 1:
      return Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
    case 2:
      return Buffer.concat([Buffer.from('preamble\r\n'), bytes, bytes]);
    default: {
      const flipped = Buffer.from(bytes);
      flipped[dice.below(flipped.length)] = dice.below(256);
      return flipped;
    }
  }
}
