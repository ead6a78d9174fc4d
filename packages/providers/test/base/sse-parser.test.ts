import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AttemptError } from '@tollgate/core';
import { SseParser, type SseEvent } from '../../src/base/sse-parser.ts';
import { sseComment, sseEvent } from '../../src/base/sse-writer.ts';

const parse = (chunks: readonly Buffer[], maxEventBytes = 1 << 20): readonly SseEvent[] => {
  const parser = new SseParser({ maxEventBytes });
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
};

const parseText = (text: string): readonly SseEvent[] => parse([Buffer.from(text)]);

const dataOf = (text: string): readonly (string | undefined)[] => parseText(text).map((event) => event.data);

/** Copied: the parser's views may share memory. */
const plain = (events: readonly SseEvent[]): unknown =>
  events.map((event) => [event.event, event.data, event.raw.toString('latin1')]);

test('LF, CR and CRLF all end lines', () => {
  for (const end of ['\n', '\r', '\r\n']) {
    assert.deepEqual(dataOf(`data: a${end}${end}data: b${end}${end}`), ['a', 'b']);
  }
});

test('line ends may be mixed within a stream', () => {
  assert.deepEqual(dataOf('data: a\r\n\ndata: b\n\r\ndata: c\r\r'), ['a', 'b', 'c']);
});

test('one space after the colon is dropped, and only one', () => {
  assert.deepEqual(dataOf('data:a\n\ndata: a\n\ndata:  a\n\ndata: \n\ndata:\n\n'), ['a', 'a', ' a', '', '']);
});

test('several data lines are joined by line feeds', () => {
  assert.deepEqual(dataOf('data: a\ndata\ndata: c\n\n'), ['a\n\nc']);
});

test('a block keeps its event name, which does not reach the next block', () => {
  const events = parseText('event: ping\ndata: {}\n\ndata: {}\n\n');
  assert.deepEqual(
    events.map((event) => event.event),
    ['ping', undefined],
  );
});

test('comments, unknown fields and names that only begin like a field carry no data', () => {
  assert.deepEqual(dataOf(': OPENROUTER PROCESSING\n\nid: 7\nretry: 1\n\ndatabase: x\n\ndat: x\n\n'), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a byte order mark is dropped, even when it comes byte by byte', () => {
  const bytes = Buffer.from('\uFEFFdata: a\n\n');
  const events = parse([...bytes].map((byte) => Buffer.from([byte])));
  assert.deepEqual(plain(events), [[undefined, 'a', 'data: a\n\n']]);
});

test('an event without its blank line is dropped at the end', () => {
  assert.deepEqual(dataOf('data: a\n\ndata: [DONE]'), ['a']);
  assert.deepEqual(dataOf('data: a\n\ndata: [DONE]\n'), ['a']);
});

test('an event ended by CR CR is held back until the next byte or the end tells that no LF follows', () => {
  const parser = new SseParser({ maxEventBytes: 100 });
  assert.deepEqual(plain(parser.push(Buffer.from('data: a\r\r'))), []);
  assert.deepEqual(plain(parser.end()), [[undefined, 'a', 'data: a\r\r']]);
});

test('an event larger than the bound fails the answer, whole or in pieces', () => {
  const bytes = Buffer.from(`data: ${'x'.repeat(100)}\n\n`);
  const tooLarge = (error: unknown): boolean => error instanceof AttemptError && error.code === 'answer_too_large';
  assert.throws(() => parse([bytes], 50), tooLarge);
  assert.throws(() => parse([bytes.subarray(0, 60), bytes.subarray(60)], 50), tooLarge);
  assert.equal(parse([bytes], bytes.length).length, 1);
});

test('a bound on events does not bound the stream', () => {
  const events = parse([Buffer.from('data: x\n\n'.repeat(1000))], 20);
  assert.equal(events.length, 1000);
});

const piece = fc.constantFrom('data: ', 'data', 'event: x', ':', ': c', 'ä', '😀', '{"a":1}', '\n', '\n', '\r', '\r\n');
const stream = fc.tuple(fc.boolean(), fc.array(piece, { maxLength: 40 })).map(([hasMark, pieces]) => {
  return Buffer.from((hasMark ? '\uFEFF' : '') + pieces.join(''));
});

test('bytes split anywhere give the same events', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat({ max: 200 }), { maxLength: 12 }), (bytes, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => Buffer.from(bytes.subarray(places[index], end)));
      assert.deepEqual(plain(parse(chunks)), plain(parse([bytes])));
    }),
    { numRuns: 500 },
  );
});

test('the raw bytes of all events, with the unfinished rest, are the stream', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const bytes = Buffer.from(pieces.join(''));
      const read = Buffer.concat(parse([bytes]).map((event) => event.raw));
      assert.deepEqual(read, bytes.subarray(0, read.length));
    }),
    { numRuns: 500 },
  );
});

test('what the writer writes, the parser reads', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', ' ', 'ä', '\n', ':')), (characters) => {
      const data = characters.join('');
      const events = parse([sseEvent({ event: 'e', data })]);
      assert.deepEqual(
        events.map((event) => [event.event, event.data]),
        [['e', data]],
      );
    }),
  );
});

test('a comment cannot break out of its line', () => {
  assert.deepEqual(dataOf(sseComment('a\ndata: b').toString()), [undefined]);
});
