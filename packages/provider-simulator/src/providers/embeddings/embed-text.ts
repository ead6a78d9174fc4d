import { createHash } from 'node:crypto';

/** A vector of length one; the same text gives the same one. */
export function embedText(text: string, dimensions: number): readonly number[] {
  const values: number[] = [];
  for (let round = 0; values.length < dimensions; round += 1) {
    const digest = createHash('sha256').update(`${round} ${text}`).digest();
    for (const byte of digest) values.push(byte - 127.5);
  }
  const taken = values.slice(0, dimensions);
  const length = Math.sqrt(taken.reduce((sum, value) => sum + value * value, 0));
  return taken.map((value) => Math.fround(value / length));
}

/** Four bytes a number, the low ones first. */
export function packFloats(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
