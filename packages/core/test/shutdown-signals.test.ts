import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { onShutdownSignals } from '../src/shutdown-signals.ts';

/** Emits the signals at the given ms and tells what was done. */
function after(...signals: readonly (readonly [atMs: number, signal: 'SIGINT' | 'SIGTERM'])[]): readonly string[] {
  const source = new EventEmitter();
  const done: string[] = [];
  let nowMs = 0;
  onShutdownSignals({
    signals: source,
    clock: { monotonicMs: () => nowMs },
    drain: () => done.push('drain'),
    endAtOnce: () => done.push('end'),
  });
  for (const [atMs, signal] of signals) {
    nowMs = atMs;
    source.emit(signal);
  }
  return done;
}

test('the first signal drains and a later one ends at once', () => {
  assert.deepEqual(after([0, 'SIGTERM'], [2000, 'SIGINT']), ['drain', 'end']);
});

test('one Ctrl-C, which npm hands on once more, is one signal', () => {
  assert.deepEqual(after([0, 'SIGINT'], [20, 'SIGINT']), ['drain']);
});
