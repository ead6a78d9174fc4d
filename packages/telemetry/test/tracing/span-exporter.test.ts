import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@tollgate/testkit';
import type { Span } from '../../src/tracing/span.ts';
import { SpanExporter } from '../../src/tracing/span-exporter.ts';

const spans = (count: number): readonly Span[] =>
  Array.from({ length: count }, (_, index) => ({
    traceId: 'a'.repeat(32),
    spanId: String(index),
    parentSpanId: undefined,
    name: 'x',
    kind: 'server' as const,
    startedAtMs: 0,
    endedAtMs: 1,
    failed: false,
    attributes: {},
  }));

/** A collector that answers when the test says so. */
function bench() {
  const clock = new ManualClock();
  const sent: { readonly size: number; answer(refused: number): void; fail(): void }[] = [];
  const heard = { dropped: 0, troubles: 0, recoveries: 0 };
  const exporter = new SpanExporter({
    clock,
    send: (batch) =>
      new Promise((resolve, reject) => {
        sent.push({ size: batch.length, answer: resolve, fail: () => reject(new Error('away')) });
      }),
    onDropped: (count) => (heard.dropped += count),
    onTrouble: () => (heard.troubles += 1),
    onRecovered: () => (heard.recoveries += 1),
  });
  return { clock, sent, heard, exporter };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('spans go out together once they are old enough, or many enough', () => {
  const { clock, sent, exporter } = bench();
  exporter.add(spans(2));
  exporter.add(spans(1));
  assert.equal(sent.length, 0);
  clock.advance(1000);
  assert.deepEqual(
    sent.map(({ size }) => size),
    [3],
  );
});

test('a collector that is slow is sent one batch at a time, and what exceeds the bound is dropped and counted', async () => {
  const { sent, heard, exporter } = bench();
  exporter.add(spans(512));
  for (let added = 0; added < 9000; added += 100) exporter.add(spans(100));
  assert.deepEqual([sent.length, heard.dropped], [1, 900]);
  sent[0]?.answer(5);
  await settled();
  assert.deepEqual([sent.length, sent[1]?.size, heard.dropped], [2, 512, 905]);
});

test('what a collector does not take is dropped; its trouble is told once, and its recovery', async () => {
  const { clock, sent, heard, exporter } = bench();
  for (const [index, act] of (['fail', 'fail', 'answer', 'answer'] as const).entries()) {
    exporter.add(spans(3));
    clock.advance(1000);
    if (act === 'fail') sent[index]?.fail();
    else sent[index]?.answer(0);
    await settled();
  }
  assert.deepEqual(heard, { dropped: 6, troubles: 1, recoveries: 1 });
});

test('a flush waits for what is under way, and gives up in time', async () => {
  const { clock, sent, heard, exporter } = bench();
  await exporter.flush(1000);
  exporter.add(spans(600));
  const out = exporter.flush(1000);
  sent[0]?.answer(0);
  await settled();
  sent[1]?.answer(0);
  await out;
  exporter.add(spans(600));
  const givenUp = exporter.flush(1000);
  clock.advance(1000);
  await givenUp;
  assert.equal(heard.dropped, 88);
});
