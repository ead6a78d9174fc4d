import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TenantCosts } from '../src/metrics/tenant-costs.ts';

function counted() {
  const sums = new Map<string, number>();
  const costs = new TenantCosts((tenant, usd) => {
    assert.ok(usd > 0, 'a counter only grows');
    sums.set(tenant, (sums.get(tenant) ?? 0) + usd);
  });
  return { costs, sums };
}

test('a small tenant that comes late counts as other, and one that outgrows a large one gets a series', () => {
  const { costs, sums } = counted();
  for (let tenant = 0; tenant < 50; tenant += 1) costs.add(`t${tenant}`, 10);
  costs.add('small', 1);
  costs.add('late', 9);
  costs.add('late', 9);
  assert.deepEqual([sums.get('t0'), sums.get('small'), sums.get('late'), sums.get('other')], [10, undefined, 9, 10]);
});

test('however many tenants there are, at most 100 have a series', () => {
  const { costs, sums } = counted();
  for (let tenant = 0; tenant < 10_000; tenant += 1) costs.add(`t${tenant}`, tenant + 1);
  assert.equal(sums.size, 101);
});

test('a correction is taken from what a tenant is charged next', () => {
  const { costs, sums } = counted();
  for (const usd of [10, -4, 3, 3]) costs.add('acme', usd);
  assert.equal(sums.get('acme'), 12);
});
