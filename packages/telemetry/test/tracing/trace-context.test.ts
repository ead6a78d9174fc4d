import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginTrace } from '../../src/tracing/request-trace.ts';
import { parseTraceparent } from '../../src/tracing/trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a traceparent that names no span is as if it were not there', () => {
  assert.deepEqual(parseTraceparent(`00-${traceId}-${spanId}-03`), { traceId, spanId, sampled: true });
  for (const text of [
    '',
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `01-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
  ]) {
    assert.equal(parseTraceparent(text), undefined, text);
  }
});

test('a caller that traces decides for itself, whatever the ratio', () => {
  const trace = beginTrace(`00-${traceId}-${spanId}-01`, 0);
  assert.deepEqual([trace?.traceId, trace?.parentSpanId], [traceId, spanId]);
  assert.equal(beginTrace(`00-${traceId}-${spanId}-00`, 1), undefined);
});

test('of other requests the share is traced that config says', () => {
  const traced = (ratio: number): number =>
    Array.from({ length: 4000 }, () => beginTrace(undefined, ratio)).filter((trace) => trace !== undefined).length;
  assert.deepEqual([traced(0), traced(1)], [0, 4000]);
  // Six standard deviations.
  assert.ok(Math.abs(traced(0.25) - 1000) < 165);
});

test('attempts have spans of their own, the same whenever they are asked for', () => {
  const trace = beginTrace(undefined, 1);
  assert.ok(trace !== undefined);
  const ids = [trace.spanId, trace.attemptSpanId(0), trace.attemptSpanId(1)];
  assert.equal(new Set(ids).size, 3);
  assert.equal(trace.attemptTraceparent(1), `00-${trace.traceId}-${ids[2]}-01`);
});
