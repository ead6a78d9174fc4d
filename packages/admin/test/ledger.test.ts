import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Books } from '@tollgate/core';
import { adminOperations } from '../src/index.ts';
import { adminFixture } from './admin-fixture.ts';

const balanced: Books = {
  audit: async (_, scopes) => ({
    kind: 'audited',
    counters: scopes.map((scope) => ({ scope, period: undefined, spentNanoUsd: 9n, eventsNanoUsd: 9n })),
  }),
  events: async () => ({ events: [], next: undefined }),
  reprice: async () => false,
  deadLetters: async () => [],
  replay: async () => false,
};

async function books(over: Partial<Books>) {
  const { context } = adminFixture({ books: { ...balanced, ...over } });
  for (const name of ['acme', 'other']) await adminOperations.createTenant.execute(context, { name });
  for (const name of ['a', 'b']) await adminOperations.createKey.execute(context, { tenant: 'acme', name });
  return context;
}

test('every tenant and key is compared', async () => {
  const verified = await adminOperations.verifyBooks.execute(await books({}), {});
  assert.deepEqual(verified, { counters: 4, drifted: [], shards_behind: [], drift_nano_usd: '0' });
});

test('drifts are named, and do not cancel each other out', async () => {
  const context = await books({
    audit: async (_, scopes) => ({
      kind: 'audited',
      counters: scopes
        .filter(({ kind }) => kind === 'tenant')
        .map((scope) => ({
          scope,
          period: 'total',
          spentNanoUsd: scope.id === 'acme' ? 12n : 5n,
          eventsNanoUsd: scope.id === 'acme' ? 10n : 7n,
        })),
    }),
  });
  const verified = await adminOperations.verifyBooks.execute(context, {});
  assert.equal(verified.drift_nano_usd, '4');
  const named = verified.drifted.map(({ id, period, spent_nano_usd: spent }) => [id, period, spent]);
  assert.deepEqual(new Set(named.map(String)), new Set(['acme,total,12', 'other,total,5']));
});

test('a shard that is too far behind is told, not passed over', async () => {
  const verified = await adminOperations.verifyBooks.execute(
    await books({ audit: async () => ({ kind: 'behind' }) }),
    {},
  );
  assert.deepEqual([verified.counters, verified.shards_behind.length], [0, 2]);
});

test('events are listed shard after shard, page after page', async () => {
  const context = await books({
    events: async (shard, from) => {
      if (shard !== '63') return { events: [], next: undefined };
      const event = {
        entryId: '5-0',
        repriced: '',
        sequence: from === undefined ? '1' : '2',
        corrects: from === undefined ? '' : '7',
        text: '{"id":"x"}',
      };
      return { events: [event], next: from === undefined ? '5-1' : undefined };
    },
  });
  const found = [];
  let from: string | null = '00/';
  while (from !== null) {
    const page: Awaited<ReturnType<typeof adminOperations.listEvents.execute>> =
      await adminOperations.listEvents.execute(context, { from });
    found.push(...page.events);
    from = page.next;
  }
  assert.deepEqual(found, [
    { shard: '63', sequence: '1', corrects_nano_usd: null, event: { id: 'x' } },
    { shard: '63', sequence: '2', corrects_nano_usd: '7', event: { id: 'x' } },
  ]);
});

test('a dead event is replayed by the id that it was listed with', async () => {
  const replayed: string[] = [];
  const context = await books({
    deadLetters: async (shard) => (shard === '07' ? [{ shard, entryId: '5-1', reason: 'odd', text: 'no JSON' }] : []),
    replay: async (shard, entryId) => {
      if (shard !== '07' || entryId !== '5-1') return false;
      replayed.push(entryId);
      return true;
    },
  });
  const { events } = await adminOperations.listDeadEvents.execute(context, {});
  assert.deepEqual(events, [{ id: '07/5-1', reason: 'odd', event: 'no JSON' }]);
  await adminOperations.replayDeadEvent.execute(context, { id: '07/5-1' });
  assert.deepEqual(replayed, ['5-1']);
  const replay = (id: string) => adminOperations.replayDeadEvent.execute(context, { id });
  await assert.rejects(replay('07/6-1'), { code: 'event_not_found' });
  await assert.rejects(replay('07/'), { code: 'event_not_found' });
  await assert.rejects(replay('99/5-1'), { code: 'invalid_input' });
});

test('a dead event that still cannot be applied says why', async () => {
  const context = await books({ replay: () => Promise.reject(new Error('not a number of tokens: output')) });
  await assert.rejects(adminOperations.replayDeadEvent.execute(context, { id: '07/5-1' }), {
    code: 'event_not_applicable',
    message: /not a number of tokens/,
  });
});
