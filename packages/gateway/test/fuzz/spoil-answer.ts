import type { Dice } from '../support/dice.ts';

/** What an upstream sends, and how it ends. */
export interface SpoiltAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly chunks: readonly Buffer[];
  /** `open`: nothing more comes and the connection stays; whoever waits has to give up by itself. */
  readonly ending: 'complete' | 'reset' | 'open';
}

export interface WholeAnswer {
  readonly contentType: string;
  readonly body: Buffer;
}

const html = Buffer.from('<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>');

/** A real answer, spoilt in one of the ways in which upstreams do it, or left as it is. `hugeBytes`: of an event that never ends. */
export function spoilAnswer(answer: WholeAnswer, dice: Dice, hugeBytes: number): SpoiltAnswer {
  const { contentType, body } = answer;
  const sent = (bytes: Buffer, ending: SpoiltAnswer['ending'] = 'complete'): SpoiltAnswer => ({
    status: 200,
    contentType,
    chunks: split(bytes, dice),
    ending,
  });
  switch (dice.below(14)) {
    case 0:
      return { ...sent(html), contentType: 'text/html', status: dice.pick([200, 404, 502]) };
    case 1:
      return sent(Buffer.concat([body, body]));
    case 2:
      return sent(body.subarray(0, dice.below(body.length)), dice.pick(['complete', 'reset', 'open']));
    case 3:
      return sent(body, 'open');
    case 4:
      return sent(shuffled(body, dice));
    case 5:
      return dice.chance(0.1) ? { ...sent(body), chunks: hugeEvent(body, hugeBytes) } : sent(flipped(body, dice));
    case 6:
    case 7:
      return sent(flipped(body, dice));
    case 8:
      return sent(misvalued(body, dice));
    case 9:
      // None that takes the only credential away for minutes.
      return { ...sent(body), status: dice.pick([201, 204, 301, 400, 404, 413, 429, 500, 503, 529]) };
    case 10:
      return { ...sent(body), contentType: dice.pick(['text/plain', 'application/json', 'text/event-stream', '']) };
    case 11:
      return sent(Buffer.alloc(0), dice.pick(['complete', 'reset', 'open']));
    default:
      return sent(body);
  }
}

function split(bytes: Buffer, dice: Dice): readonly Buffer[] {
  const chunks: Buffer[] = [];
  const size = dice.pick([7, 100, 1000, 65536]);
  for (let at = 0; at < bytes.length && chunks.length < 50; at += size) chunks.push(bytes.subarray(at, at + size));
  const rest = bytes.subarray(chunks.length * size);
  return rest.length > 0 ? [...chunks, rest] : chunks;
}

/** Events in another order, some twice, some gone. */
function shuffled(body: Buffer, dice: Dice): Buffer {
  const events = body.toString('latin1').split('\n\n');
  const order = Array.from(events, () => dice.below(events.length));
  return Buffer.from(order.map((at) => events[at]).join('\n\n'), 'latin1');
}

function flipped(body: Buffer, dice: Dice): Buffer {
  const changed = Buffer.from(body);
  for (let flips = 1 + dice.below(8); flips > 0 && changed.length > 0; flips -= 1) {
    changed[dice.below(changed.length)] = dice.below(256);
  }
  return changed;
}

/** A value of the JSON becomes another: a number a text, a text null, a list an object. */
function misvalued(body: Buffer, dice: Dice): Buffer {
  const text = body.toString('utf8');
  const [from, to] = dice.pick([
    [/:\d+/g, ':-1'],
    [/:\d+/g, ':"7"'],
    [/:\d+/g, ':1e300'],
    [/:"[^"]*"/g, ':null'],
    [/:"[^"]*"/g, ':{}'],
    [/\[\{/g, '[null,{'],
    [/:\{/g, ':[],"x":{'],
  ] as const);
  return Buffer.from(text.replaceAll(from, (found) => (dice.chance(0.3) ? to : found)));
}

function hugeEvent(body: Buffer, bytes: number): readonly Buffer[] {
  const mebibyte = Buffer.alloc(2 ** 20, 0x61);
  const begun = Buffer.from('data: {"x":"');
  return [
    body.subarray(0, body.length / 2),
    begun,
    ...Array.from({ length: Math.ceil(bytes / 2 ** 20) }, () => mebibyte),
  ];
}
