import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBudget, parseBudget, parseDuration } from '../src/index.ts';

test('a budget is USD and a period, hard unless it says soft, and is written as it is read', () => {
  assert.deepEqual(parseBudget('100/month'), { capNanoUsd: 100_000_000_000n, per: 'month', hard: true });
  assert.deepEqual(parseBudget('$0.05/day:soft'), { capNanoUsd: 50_000_000n, per: 'day', hard: false });
  assert.deepEqual(parseBudget('0/total'), { capNanoUsd: 0n, per: 'total', hard: true });
  for (const text of ['100/month', '0.05/day:soft', '2.5/week', '0/total']) {
    const budget = parseBudget(text);
    assert.equal(budget === undefined ? undefined : formatBudget(budget), text);
  }
});

test('what is no budget is not guessed at', () => {
  for (const text of [
    '',
    '100',
    '/day',
    '-1/day',
    '1e3/day',
    '5/year',
    '5/day:hard',
    '9000000.000000001/month',
    '5 / day',
    '.',
  ]) {
    assert.equal(parseBudget(text), undefined, text);
  }
  assert.notEqual(parseBudget('9000000/month'), undefined);
});

test('a duration is a whole number with a unit, or zero', () => {
  assert.deepEqual(
    ['45s', '30m', '24h', '90d', '2w', '0', '0d'].map(parseDuration),
    [45_000, 1_800_000, 86_400_000, 7_776_000_000, 1_209_600_000, 0, 0],
  );
  for (const text of ['', '90', 'd', '-1d', '1.5h', '1y', '1 d', '90D', '999999999w', '36526d', 'Infinityd']) {
    assert.equal(parseDuration(text), undefined, text);
  }
});
