import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLedgerState } from '../src/redis/ledger-state.ts';

const stateOf = (keys: Readonly<Record<string, readonly string[]>>) =>
  readLedgerState({ nowMs: 0, run: 'r', keys: new Map(Object.entries(keys)) });

test('events wait as long as a shard has more of them than aggregators counted, whatever Redis says of its consumer group', () => {
  const whole = {
    'tg:{s00}:m': ['run', 'r', 'sequence', '7', 'applied', '7'],
    'tg:{s00}:ev': ['length', '7', 'lag', '2'],
  };
  assert.equal(stateOf(whole).eventsToApply, 0);
  assert.equal(
    stateOf({ ...whole, 'tg:{s01}:m': ['sequence', '3'], 'tg:{s02}:m': ['sequence', '2', 'applied', '1'] })
      .eventsToApply,
    4,
  );
});
