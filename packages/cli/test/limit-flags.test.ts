import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments } from '../src/arguments/parse-arguments.ts';
import type { Command } from '../src/command.ts';
import { limitFlags, readLimitFlags } from '../src/commands/limit-flags.ts';

const command: Command = {
  name: 'test',
  summary: '',
  positionals: [],
  flags: limitFlags,
  run: () => Promise.resolve({ json: {}, text: '' }),
};

const read = (...words: string[]) => readLimitFlags(parseArguments(command, words));

test('a limit that is not given stays as it is, and `tier` takes it back', () => {
  const { requests_per_minute, tokens_per_minute, concurrency } = read('--rpm', '60', '--concurrency', 'tier');
  assert.deepEqual([requests_per_minute, tokens_per_minute, concurrency], [60, undefined, null]);
});

test('budgets can be given one by one or together, and `none` takes them back', () => {
  assert.deepEqual(read('--budget', '5/day', '--budget=100/month').budgets, ['5/day', '100/month']);
  assert.deepEqual(read('--budget', '5/day,100/month').budgets, ['5/day', '100/month']);
  assert.deepEqual(read('--budget', 'none').budgets, []);
  assert.equal(read().budgets, undefined);
});

test('--soft makes every budget soft, once', () => {
  assert.deepEqual(read('--budget', '5/day', '--budget', '9/week:soft', '--soft').budgets, [
    '5/day:soft',
    '9/week:soft',
  ]);
});
