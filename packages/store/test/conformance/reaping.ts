import assert from 'node:assert/strict';
import { usageEventSchema, type AdmitRequest, type Reservation } from '@tollgate/core';
import { startMs, type Bench, type OpenBench } from './bench.ts';
import { admit, createCaller, refused, requestOf, settlementOf, totalBudget } from './fixtures.ts';
import { rulesOf } from './rule.ts';

/** Reservations that nobody renews, or that the store lost. */
export function reapingTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('a lapsed call frees its slot and stays charged with all that it can have cost', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { concurrency: 1 }, budgets: [totalBudget(100n)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 80n, expectedNanoUsd: 3n }));
    assert.equal(await lapse(bench, call), 1);
    const { standings, refusal } = await pressOn(bench, requestOf(caller, { ...rules, boundNanoUsd: 21n }));
    assert.deepEqual([refusal.reason, refusal.remaining], ['spent', 20n]);
    assert.deepEqual([standings?.spentNanoUsd, standings?.budgets[0]?.reservedNanoUsd], [80n, 0n]);
    await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 20n }));
  });

  rule('the event of a lapsed call says what the call was, and that it is an estimate', async (bench) => {
    const caller = await createCaller(bench.store);
    const call = await admit(bench.store, requestOf(caller, { expectedNanoUsd: 30n }));
    await bench.store.admission.renew([{ reservation: call, tokens: 17, nanoUsd: 8n }], 30_000);
    await lapse(bench, call);
    const [entry] = await bench.events(caller.tenant.shard);
    const event = usageEventSchema.parse(entry?.event);
    assert.deepEqual(
      [event.id, event.tenant, event.key_id, event.model, event.tags, event.estimated, event.cost_nano_usd],
      [call.reservationId, 'acme', caller.key.keyId, 'm', { team: 'a"b' }, true, '30'],
    );
    assert.deepEqual([event.usage.output, event.error_code, event.attempts.length], [17, 'node_lost', 1]);
    assert.equal(event.attempts[0]?.cost_nano_usd, event.cost_nano_usd);
    assert.ok(event.duration_ms >= 30_000);
  });

  rule('without a hard budget a lapsed call is charged its progress where that is more', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n, false)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, expectedNanoUsd: 30n }));
    await bench.store.admission.renew([{ reservation: call, tokens: 5, nanoUsd: 44n }], 30_000);
    // Whoever holds it in its node's place knows of none.
    await bench.store.admission.renew([{ reservation: call, tokens: 0, nanoUsd: 0n }], 30_000);
    await lapse(bench, call);
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual([key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd], [44n, 0n]);
  });

  rule('the truth takes the place of the estimate', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 80n }));
    await lapse(bench, call);
    assert.equal(await bench.store.admission.settle(settlementOf(call, { nanoUsd: 12n })), 'corrected');
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual([key?.spentNanoUsd, key?.budgets[0]?.spentNanoUsd], [12n, 12n]);
    const events = await bench.events(caller.tenant.shard);
    assert.deepEqual(
      events.map(({ event, correctsNanoUsd }) => [event.cost_nano_usd, correctsNanoUsd]),
      [
        ['80', undefined],
        ['12', 80n],
      ],
    );
  });

  rule('a lapsed call that turns out never to have been sent costs nothing', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 80n }));
    await lapse(bench, call);
    await bench.store.admission.void(call);
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual([key?.spentNanoUsd, key?.budgets[0]?.spentNanoUsd], [0n, 0n]);
    const correction = (await bench.events(caller.tenant.shard))[1];
    const event = usageEventSchema.parse(correction?.event);
    assert.deepEqual([event.cost_nano_usd, event.estimated, correction?.correctsNanoUsd], ['0', false, 80n]);
  });

  rule('a call that is renewed after it was reaped has its slot again and is charged once', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { concurrency: 1 }, budgets: [totalBudget(100n)] } };
    const call = await admit(bench.store, requestOf(caller, { ...rules, boundNanoUsd: 80n }));
    await lapse(bench, call);
    const renewed = await bench.store.admission.renew([{ reservation: call, tokens: 1, nanoUsd: 2n }], 30_000);
    assert.deepEqual(renewed, ['readopted']);
    assert.equal(refused(await bench.store.admission.admit(requestOf(caller, rules))).limit, 'concurrency');
    assert.equal(await bench.store.admission.settle(settlementOf(call, { nanoUsd: 50n })), 'corrected');
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual([key?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd], [50n, 0n]);
    assert.equal(key?.concurrency?.remaining, 1);
  });

  rule('a call that lapses twice is charged once', async (bench) => {
    const caller = await createCaller(bench.store);
    const call = await admit(bench.store, requestOf(caller, { expectedNanoUsd: 30n }));
    await lapse(bench, call);
    await bench.store.admission.renew([{ reservation: call, tokens: 1, nanoUsd: 2n }], 30_000);
    await lapse(bench, call, startMs + 300_000);
    assert.equal((await bench.events(caller.tenant.shard)).length, 1);
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller).scopes);
    assert.equal(key?.spentNanoUsd, 30n);
  });

  rule('a call that the store lost is held again by its renewal, and settled as any other', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { limits: { concurrency: 1 }, budgets: [totalBudget(100n)] } };
    const call = await elsewhere(requestOf(caller, { ...rules, boundNanoUsd: 80n }));
    const renewed = await bench.store.admission.renew([{ reservation: call, tokens: 0, nanoUsd: 0n }], 30_000);
    assert.deepEqual(renewed, ['readopted']);
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual([key?.concurrency?.remaining, key?.budgets[0]?.reservedNanoUsd], [0, 80n]);
    assert.equal(await bench.store.admission.settle(settlementOf(call, { nanoUsd: 50n })), 'settled');
  });

  rule('the settlement of a call that the store lost is booked all the same', async (bench) => {
    const caller = await createCaller(bench.store);
    const rules = { key: { budgets: [totalBudget(100n)] } };
    const call = await elsewhere(requestOf(caller, { ...rules, boundNanoUsd: 80n }));
    assert.equal(await bench.store.admission.settle(settlementOf(call, { nanoUsd: 50n })), 'unreserved');
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller, rules).scopes);
    assert.deepEqual(
      [key?.spentNanoUsd, key?.budgets[0]?.spentNanoUsd, key?.budgets[0]?.reservedNanoUsd],
      [50n, 50n, 0n],
    );
  });

  rule(
    'after a gap in reaping a lapsed call gets one more lease, and a second gap does not save it again',
    async (bench) => {
      const caller = await createCaller(bench.store);
      const { shard } = caller.tenant;
      await bench.store.admission.reap(shard, 10);
      await admit(bench.store, requestOf(caller));
      await bench.setNow(startMs + 40_000);
      assert.equal(await bench.store.admission.reap(shard, 10), 0);
      await bench.setNow(startMs + 69_999);
      assert.equal(await bench.store.admission.reap(shard, 10), 0);
      await bench.setNow(startMs + 80_000);
      assert.equal(await bench.store.admission.reap(shard, 10), 1);
    },
  );

  rule('a call that was renewed is never reaped, however seldom anybody reaps', async (bench) => {
    const caller = await createCaller(bench.store);
    const call = await admit(bench.store, requestOf(caller));
    for (let at = 10_000; at <= 200_000; at += 10_000) {
      await bench.setNow(startMs + at);
      if (at % 40_000 === 0) assert.equal(await bench.store.admission.reap(caller.tenant.shard, 10), 0);
      await bench.store.admission.renew([{ reservation: call, tokens: 0, nanoUsd: 0n }], 30_000);
    }
  });

  rule('no more are reaped at once than was asked for', async (bench) => {
    const caller = await createCaller(bench.store);
    for (let count = 0; count < 3; count += 1) await admit(bench.store, requestOf(caller));
    await bench.store.admission.reap(caller.tenant.shard, 10);
    for (let at = 4000; at <= 32_000; at += 4000) {
      await bench.setNow(startMs + at);
      if (at < 30_000) await bench.store.admission.reap(caller.tenant.shard, 10);
    }
    assert.equal(await bench.store.admission.reap(caller.tenant.shard, 2), 2);
    assert.equal(await bench.store.admission.reap(caller.tenant.shard, 2), 1);
  });

  /** A reservation that this store never saw. */
  async function elsewhere(request: AdmitRequest): Promise<Reservation> {
    await using other = await open();
    await other.store.keys.createTenant(request.caller.tenant);
    await other.store.keys.createKey(request.caller.key);
    return await admit(other.store, request);
  }
}

/** Lets the call's lease run out under regular reaping. Returns how many were reaped at the end. */
export async function lapse(bench: Bench, { shard }: Reservation, fromMs = startMs): Promise<number> {
  let reaped = 0;
  for (let at = 0; at <= 72_000; at += 4000) {
    await bench.setNow(fromMs + at);
    reaped += await bench.store.admission.reap(shard, 10);
  }
  return reaped;
}

async function pressOn(bench: Bench, request: AdmitRequest) {
  const refusal = refused(await bench.store.admission.admit(request));
  const [standings] = await bench.store.admission.standings(request.caller.tenant.shard, request.scopes);
  return { refusal, standings };
}
