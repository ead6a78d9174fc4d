import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, type Caller, type Retention, type TakenEvent, type UsageEvent, type UsageRow } from '@tollgate/core';
import { startMs, type Bench, type OpenBench } from './bench.ts';
import { admit, createCaller, eventOf, requestOf, settlementOf } from './fixtures.ts';
import { lapse } from './reaping.ts';

const usage = {
  input_uncached: 10,
  cache_read: 20,
  cache_write_5m: 1,
  cache_write_1h: 2,
  input_audio: 0,
  output: 40,
  reasoning: 5,
  output_audio: 0,
  images: 0,
};

export const attemptAt = (provider: string, cost: string): UsageEvent['attempts'][number] => ({
  provider,
  provider_model: 'm-1',
  credential: 'default',
  result: 'ok',
  usage: { ...usage, cache_read: 0 },
  cost_nano_usd: cost,
  cost_source: 'computed',
  computed_nano_usd: cost,
  reported_nano_usd: null,
  price_id: null,
});

/** Settles a call whose event is changed so. */
export async function spend(bench: Bench, caller: Caller, over: Partial<UsageEvent> = {}): Promise<void> {
  const reservation = await admit(bench.store, requestOf(caller));
  const event = { ...eventOf(reservation, BigInt(over.cost_nano_usd ?? '7')), ...over };
  const settlement = settlementOf(reservation, { nanoUsd: BigInt(event.cost_nano_usd) });
  await bench.store.admission.settle({ ...settlement, event });
}

export const take = async (bench: Bench, { tenant }: Caller, worker = 'one'): Promise<readonly TakenEvent[]> =>
  (await bench.store.stream.read({ shard: tenant.shard, worker, atMost: 100 })).events;

export async function applyAll(bench: Bench, caller: Caller): Promise<void> {
  for (const taken of await take(bench, caller)) await bench.store.stream.apply(taken);
}

const keepNothing: Retention = { keptMs: dayMs, keptEvents: 0, mostWaiting: 1000 };

const rowsOf = (bench: Bench, { tenant }: Caller, tag?: string): Promise<readonly UsageRow[]> =>
  bench.store.report.rows({
    tenant: tenant.name,
    span: 'hour',
    sinceMs: startMs - dayMs,
    untilMs: startMs + dayMs,
    tag,
  });

/** Events on their way into the roll-ups. */
export function usageTests(name: string, open: OpenBench): void {
  const rule = (title: string, run: (bench: Bench, caller: Caller) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      await using bench = await open();
      await run(bench, await createCaller(bench.store));
    });
  };

  rule(
    'each event is handed to one worker, in order, and counted as lag until it is applied',
    async (bench, caller) => {
      const { shard } = caller.tenant;
      const nothing = await bench.store.stream.read({ shard, worker: 'one', atMost: 10 });
      assert.deepEqual(nothing, { events: [], lag: 0 });
      for (let count = 0; count < 3; count += 1) await spend(bench, caller);
      const first = await bench.store.stream.read({ shard, worker: 'one', atMost: 2 });
      const second = await bench.store.stream.read({ shard, worker: 'two', atMost: 2 });
      assert.deepEqual(
        [first, second].map(({ events, lag }) => [
          events.map(({ sequence, deliveries }) => [sequence, deliveries]),
          lag,
        ]),
        [
          [
            [
              ['1', 1],
              ['2', 1],
            ],
            3,
          ],
          [[['3', 1]], 3],
        ],
      );
      for (const taken of first.events) await bench.store.stream.apply(taken);
      assert.equal((await bench.store.stream.read({ shard, worker: 'one', atMost: 2 })).lag, 1);
    },
  );

  rule('an event is applied once, whoever tries and however often', async (bench, caller) => {
    const { shard } = caller.tenant;
    await spend(bench, caller);
    const [taken] = await take(bench, caller);
    const [claimed] = await bench.store.stream.claim({ shard, worker: 'two', atMost: 5, idleMs: 0 });
    assert.ok(taken !== undefined && claimed !== undefined);
    assert.equal(claimed.deliveries, 2);
    const results = [];
    for (const each of [claimed, taken, claimed]) results.push(await bench.store.stream.apply(each));
    assert.deepEqual(results, [
      { kind: 'applied', tenant: 'acme', keyId: caller.key.keyId, costNanoUsd: 7n },
      { kind: 'passed_over' },
      { kind: 'passed_over' },
    ]);
    const [row, ...others] = await rowsOf(bench, caller);
    assert.deepEqual([row?.sums.requests, row?.sums.costNanoUsd, others.length], [1, 7n, 0]);
  });

  rule('an event that nobody was handed is not applied', async (bench, caller) => {
    await spend(bench, caller);
    await spend(bench, caller);
    const [taken] = await take(bench, caller);
    assert.ok(taken !== undefined);
    const unlike = await bench.store.stream.apply({ ...taken, sequence: '77' });
    assert.deepEqual(unlike, { kind: 'passed_over' });
    assert.deepEqual(await rowsOf(bench, caller), []);
  });

  rule('what a worker holds is claimed only after it was silent for so long', async (bench, caller) => {
    const { shard } = caller.tenant;
    await spend(bench, caller);
    await take(bench, caller);
    assert.deepEqual(await bench.store.stream.claim({ shard, worker: 'two', atMost: 5, idleMs: 60_000 }), []);
  });

  rule('a row has the sums of its hour, key, model and provider', async (bench, caller) => {
    const attempts = [attemptAt('slow', '4'), attemptAt('openai', '5')];
    const twice = { ...usage, input_uncached: 20, cache_write_5m: 2, cache_write_1h: 4, output: 80, reasoning: 10 };
    await spend(bench, caller, { attempts, usage: twice, cost_nano_usd: '9', estimated: true });
    await spend(bench, caller, { model: 'n', started_at_ms: startMs + 3_600_000, outcome: 'aborted' });
    await applyAll(bench, caller);
    const rows = (await rowsOf(bench, caller)).toSorted((a, b) => (a.provider < b.provider ? -1 : 1));
    const place = { keyScope: caller.key.scopeId, tagValue: undefined };
    const sums = { reasoningTokens: 5, cacheWriteTokens: 3, outputTokens: 40 };
    assert.deepEqual(rows, [
      {
        ...place,
        startMs: startMs + 3_600_000,
        model: 'n',
        provider: 'none',
        sums: {
          requests: 1,
          inputTokens: 0,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          outputTokens: 0,
          reasoningTokens: 0,
          costNanoUsd: 7n,
          estimatedRequests: 0,
        },
      },
      {
        ...place,
        startMs,
        model: 'm',
        provider: 'openai',
        sums: { ...sums, requests: 1, inputTokens: 33, cacheReadTokens: 20, costNanoUsd: 5n, estimatedRequests: 1 },
      },
      {
        ...place,
        startMs,
        model: 'm',
        provider: 'slow',
        sums: { ...sums, requests: 0, inputTokens: 13, cacheReadTokens: 0, costNanoUsd: 4n, estimatedRequests: 0 },
      },
    ]);
  });

  rule('days have the same sums as their hours', async (bench, caller) => {
    for (const hours of [-12, 0, 11, 12]) await spend(bench, caller, { started_at_ms: startMs + hours * 3_600_000 });
    await applyAll(bench, caller);
    const today = startMs - 12 * 3_600_000;
    const query = { tenant: 'acme', sinceMs: today, untilMs: today + dayMs, tag: undefined };
    const hours = await bench.store.report.rows({ ...query, span: 'hour' });
    const days = await bench.store.report.rows({ ...query, span: 'day' });
    assert.equal(hours.length, 3);
    assert.deepEqual(
      days.map(({ startMs: at, sums }) => [at, sums.requests, sums.costNanoUsd]),
      [[today, 3, 21n]],
    );
  });

  rule('a tag has rows of its own by value, and beyond so many values the rest is `other`', async (bench, caller) => {
    for (const team of ['search', 'ads', 'search']) await spend(bench, caller, { tags: { team, env: 'prod' } });
    await spend(bench, caller);
    for (let value = 0; value < 3; value += 1) await spend(bench, caller, { tags: { team: `made-up-${value}` } });
    await applyAll(bench, caller);
    const rows = (await rowsOf(bench, caller, 'team')).map(({ tagValue, sums }) => [tagValue, sums.requests]);
    assert.deepEqual(new Set(rows.map(String)), new Set(['search,2', 'ads,1', 'made-up-0,1', 'other,2']));
    assert.equal((await rowsOf(bench, caller))[0]?.sums.requests, 7);
  });

  rule('the truth of a reaped call takes the place of its estimate in the roll-ups', async (bench, caller) => {
    const call = await admit(bench.store, requestOf(caller, { expectedNanoUsd: 30n }));
    await bench.store.admission.renew([{ reservation: call, tokens: 17, nanoUsd: 8n }], 30_000);
    await lapse(bench, call);
    await applyAll(bench, caller);
    const [estimate] = await rowsOf(bench, caller);
    assert.deepEqual(
      [estimate?.provider, estimate?.sums.requests, estimate?.sums.costNanoUsd, estimate?.sums.estimatedRequests],
      ['unknown', 1, 30n, 1],
    );
    assert.equal(estimate?.sums.outputTokens, 0);
    const event = { ...eventOf(call, 12n), attempts: [attemptAt('openai', '12')], usage, tags: { team: 'a"b' } };
    await bench.store.admission.settle({ ...settlementOf(call, { nanoUsd: 12n }), event });
    await applyAll(bench, caller);
    for (const tag of [undefined, 'team']) {
      const rows = await rowsOf(bench, caller, tag);
      assert.deepEqual(
        rows.map(({ provider, sums }) => [provider, sums.requests, sums.costNanoUsd, sums.estimatedRequests]),
        [['openai', 1, 12n, 0]],
      );
    }
  });

  rule('a reaped call that was never sent leaves no trace in the roll-ups', async (bench, caller) => {
    const call = await admit(bench.store, requestOf(caller, { expectedNanoUsd: 30n }));
    await lapse(bench, call);
    await bench.store.admission.void(call);
    await applyAll(bench, caller);
    assert.deepEqual(await rowsOf(bench, caller), []);
  });

  rule('what cannot be applied is set aside once, shown, and applied when it is replayed', async (bench, caller) => {
    const { shard } = caller.tenant;
    await spend(bench, caller);
    const [taken] = await take(bench, caller);
    assert.ok(taken !== undefined);
    assert.equal(await bench.store.stream.setAside(taken, 'no such measure'), true);
    assert.equal(await bench.store.stream.setAside(taken, 'no such measure'), false);
    assert.deepEqual(await bench.store.stream.apply(taken), { kind: 'passed_over' });
    assert.equal((await bench.store.stream.read({ shard, worker: 'one', atMost: 2 })).lag, 0);
    const [letter, ...others] = await bench.store.books.deadLetters(shard);
    assert.ok(letter !== undefined && others.length === 0);
    assert.deepEqual([letter.reason, JSON.parse(letter.text).cost_nano_usd], ['no such measure', '7']);
    assert.equal(await bench.store.books.replay(shard, letter.entryId), true);
    assert.equal(await bench.store.books.replay(shard, letter.entryId), false);
    assert.equal((await rowsOf(bench, caller))[0]?.sums.costNanoUsd, 7n);
  });

  rule('trimming drops what was applied, oldest first, and stops at what is held or unread', async (bench, caller) => {
    const { shard } = caller.tenant;
    const trim = (retention: Retention) => bench.store.stream.trim(shard, retention);
    assert.equal(await trim(keepNothing), 0);
    for (let count = 0; count < 6; count += 1) await spend(bench, caller);
    assert.equal(await trim(keepNothing), 0);
    const { events } = await bench.store.stream.read({ shard, worker: 'one', atMost: 4 });
    const [first, second, , fourth] = events;
    assert.ok(first !== undefined && second !== undefined && fourth !== undefined);
    assert.equal(await trim(keepNothing), 0);
    for (const taken of [first, second, fourth]) await bench.store.stream.apply(taken);
    assert.equal(await trim({ keptMs: 1e12, keptEvents: 100, mostWaiting: 1000 }), 0);
    assert.equal(await trim({ keptMs: 1e12, keptEvents: 5, mostWaiting: 1000 }), 1);
    assert.equal(await trim(keepNothing), 1);
    assert.deepEqual(
      (await bench.events(shard)).slice(bench.keepsAll ? 2 : 0).map(({ sequence }) => sequence),
      [3, 4, 5, 6],
    );
    const [third] = await bench.store.stream.claim({ shard, worker: 'two', atMost: 9, idleMs: 0 });
    assert.ok(third !== undefined);
    await bench.store.stream.apply(third);
    assert.equal(await trim(keepNothing), 2);
    assert.equal(await trim(keepNothing), 0);
    await applyAll(bench, caller);
    await bench.setNow(Date.UTC(2100, 0, 1));
    assert.equal(await trim({ keptMs: dayMs, keptEvents: 100, mostWaiting: 1000 }), 2);
    assert.equal((await bench.store.books.events(shard, undefined)).events.length, 0);
  });

  rule('events are listed page by page until they are trimmed', async (bench, caller) => {
    const { shard } = caller.tenant;
    for (let count = 0; count < 503; count += 1) await spend(bench, caller);
    const first = await bench.store.books.events(shard, undefined);
    const second = await bench.store.books.events(shard, first.next);
    assert.deepEqual([first.events.length, second.events.length, second.next], [500, 3, undefined]);
    const all = [...first.events, ...second.events];
    assert.deepEqual(
      all.map(({ sequence }) => Number(sequence)),
      all.map((_, index) => index + 1),
    );
  });
}
