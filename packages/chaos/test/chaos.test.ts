import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { diceOf } from '../src/dice.ts';
import { planFaults } from '../src/faults/plan-faults.ts';
import { applyEdit } from '../src/without/broken-copy.ts';
import { safeguards } from '../src/without/safeguards.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const settings = { nodes: 4, aggregators: 2 };

test('a seed decides the faults, and another seed decides others', () => {
  const plan = (seed: number) => planFaults({ ...settings, seed, loadMs: 400_000, isShort: false });
  assert.deepEqual(plan(7), plan(7));
  assert.notDeepEqual(plan(7).faults, plan(8).faults);
  assert.deepEqual(diceOf(7, 'a').shuffled([1, 2, 3, 4, 5]), diceOf(7, 'a').shuffled([1, 2, 3, 4, 5]));
});

test('every kind of fault is in every run, short or long', () => {
  const kinds = ['drop replies', 'fail over', 'fill Redis', 'kill Redis', 'kill aggregator', 'kill node'];
  for (const [isShort, loadMs] of [
    [true, 20_000],
    [false, 400_000],
  ] as const) {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { faults } = planFaults({ ...settings, seed, loadMs, isShort });
      assert.deepEqual([...new Set(faults.map(({ kind }) => kind))].toSorted(), kinds);
      assert.ok(faults.every(({ atMs }) => atMs < loadMs));
    }
  }
});

for (const [name, { edits }] of Object.entries(safeguards)) {
  test(`the product can still be broken by taking ${name} out`, () => {
    for (const edit of edits) {
      const text = readFileSync(join(root, edit.file), 'utf8');
      assert.notEqual(applyEdit(text, edit), text);
    }
  });
}

test('docs/reliability.md says which check notices each safeguard that is taken out', () => {
  const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
  for (const [name, { noticedBy }] of Object.entries(safeguards)) {
    assert.match(page, new RegExp(`^\\| \`${name}\` +\\|.*\\| ${noticedBy} +\\|$`, 'm'));
  }
});
