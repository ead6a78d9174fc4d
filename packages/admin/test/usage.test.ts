import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, noSums, type UsageQuery, type UsageRow, type UsageSums } from '@tollgate/core';
import { adminOperations } from '../src/index.ts';
import { adminFixture, startMs } from './admin-fixture.ts';

const hourMs = 3_600_000;

const row = (startsAtMs: number, sums: Partial<UsageSums>, over: Partial<UsageRow> = {}): UsageRow => ({
  startMs: startsAtMs,
  keyScope: 'key-1',
  model: 'm',
  provider: 'openai',
  tagValue: undefined,
  sums: { ...noSums, ...sums },
  ...over,
});

/** A report over these rows; those with a tag value are of tag `team`. */
async function report(input: Record<string, string>, rows: readonly UsageRow[] = []) {
  const asked: UsageQuery[] = [];
  const { context, clock } = adminFixture({
    report: {
      rows: async (query) => {
        asked.push(query);
        if (query.tenant !== 'acme') return [];
        return rows.filter(({ tagValue }) => (tagValue === undefined) === (query.tag === undefined));
      },
    },
  });
  clock.advance(12 * hourMs);
  for (const name of ['acme', 'other']) await adminOperations.createTenant.execute(context, { name });
  const answer = await adminOperations.reportUsage.execute(context, input);
  return { rows: answer.rows, asked };
}

test('rows have the grouping, counts as numbers and USD as a decimal string', async () => {
  const sums = { requests: 2, inputTokens: 30, cacheReadTokens: 20, outputTokens: 5, costNanoUsd: 1_500_000n };
  const { rows } = await report({ tenant: 'acme', by: 'model,day' }, [row(startMs, sums)]);
  assert.deepEqual(rows, [
    {
      model: 'm',
      day: '2026-11-23',
      requests: 2,
      input_tokens: 30,
      cache_read_tokens: 20,
      cache_write_tokens: 0,
      output_tokens: 5,
      reasoning_tokens: 0,
      cost_usd: '0.0015',
      estimated_requests: 0,
    },
  ]);
});

test('rows that agree in the grouping are added up, and come in its order', async () => {
  const all = [
    row(startMs, { requests: 1, costNanoUsd: 1n }, { provider: 'b' }),
    row(startMs + hourMs, { requests: 2, costNanoUsd: 2n }, { provider: 'a', model: 'n' }),
    row(startMs, { requests: 4, costNanoUsd: 4n }, { provider: 'b', keyScope: 'key-2' }),
  ];
  const counts = async (by: string) => (await report({ by }, all)).rows.map((each) => Object.values(each).slice(0, 2));
  assert.deepEqual(await counts('provider'), [
    ['a', 2],
    ['b', 5],
  ]);
  assert.deepEqual(await counts('tenant'), [['acme', 7]]);
  assert.deepEqual(await counts('hour'), [
    ['2026-11-23 00:00', 5],
    ['2026-11-23 01:00', 2],
  ]);
});

test('what carries no tag is the rest', async () => {
  const all = [
    row(startMs, { requests: 10, costNanoUsd: 100n }),
    row(startMs, { requests: 3, costNanoUsd: 30n }, { tagValue: 'search' }),
    row(startMs, { requests: 2, costNanoUsd: 20n }, { tagValue: 'ads' }),
  ];
  const { rows } = await report({ tenant: 'acme', by: 'tag:team' }, all);
  const found = rows.map((each) => [each['tag:team'], each['requests'], each['cost_usd']]);
  assert.deepEqual(found, [
    ['', 5, '0.00000005'],
    ['ads', 2, '0.00000002'],
    ['search', 3, '0.00000003'],
  ]);
});

test('days are those of the zone that was asked for', async () => {
  const all = [row(startMs - hourMs, { requests: 1 }), row(startMs + 22 * hourMs, { requests: 2 })];
  const { rows, asked } = await report({ tenant: 'acme', by: 'day', tz: 'Europe/Berlin', since: '2026-11-20' }, all);
  assert.deepEqual(
    rows.map(({ day, requests }) => [day, requests]),
    [['2026-11-23', 3]],
  );
  assert.deepEqual([asked[0]?.span, asked[0]?.sinceMs], ['hour', Date.UTC(2026, 10, 19, 23)]);
});

test('whole days of UTC are read from days, everything else from hours', async () => {
  const span = async (input: Record<string, string>) => (await report(input)).asked[0]?.span;
  assert.equal(await span({}), 'day');
  assert.equal(await span({ since: '2025-01-01', until: '2025-06-01' }), 'day');
  assert.equal(await span({ since: '7d' }), 'day');
  assert.equal(await span({ by: 'hour' }), 'hour');
  assert.equal(await span({ since: '5h' }), 'hour');
  assert.equal(await span({ since: '2026-11-20', until: '2026-11-21T06:00:00Z' }), 'hour');
  const { asked } = await report({ since: '7d' });
  assert.equal(asked[0]?.sinceMs, startMs - 7 * dayMs);
});

test('what cannot be asked for is refused with what can', async () => {
  const refusals: readonly [Record<string, string>, RegExp][] = [
    [{ by: 'modle' }, /knows tenant, key/],
    [{ by: 'model,model' }, /twice/],
    [{ by: 'tag:a,tag:b' }, /one tag/],
    [{ since: 'yesterday' }, /2026-11-23/],
    [{ since: '2026-11-31' }, /.*/],
    [{ since: '2026-11-23', until: '2026-11-20' }, /before/],
    [{ since: '2026-01-01', by: 'hour' }, /40 days/],
    [{ since: '2020-01-01' }, /800 days/],
    [{ tz: 'Berlin' }, /IANA/],
    [{ tenant: 'nobody' }, /no tenant/],
  ];
  for (const [input, message] of refusals) {
    await assert.rejects(report(input), { name: 'AdminError', message }, JSON.stringify(input));
  }
});
