import assert from 'node:assert/strict';
import { escaped, StoreError } from '@tollgate/core';
import { startMs, type OpenBench } from './bench.ts';
import {
  admit,
  createCaller,
  newProducer,
  reapAll,
  refused,
  requestOf,
  settlementOf,
  totalBudget,
} from './fixtures.ts';
import { rulesOf } from './rule.ts';

/** Slots, repeated and late commands, and key state. */
export function reservationTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('a slot is free again after settlement, after a void, and once its call was reaped', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = () => requestOf(caller, { key: { limits: { concurrency: 1 } } });
    const settled = await admit(bench.store, request());
    const refusal = refused(await bench.store.admission.admit(request()));
    assert.deepEqual([refusal.limit, refusal.limitValue, refusal.retryAfterMs], ['concurrency', 1n, 1000]);
    await bench.store.admission.settle(settlementOf(settled));
    await bench.store.admission.void(await admit(bench.store, request()));
    const { shard } = await admit(bench.store, request());
    await reapAll(bench, shard);
    await admit(bench.store, request());
  });

  rule('a renewed lease keeps its slot', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = () => requestOf(caller, { key: { limits: { concurrency: 1 } } });
    const reservation = await admit(bench.store, request());
    await bench.setNow(startMs + 20_000);
    const results = await bench.store.admission.renew([{ reservation, tokens: 1, nanoUsd: 0n }], 30_000);
    assert.deepEqual(results, ['renewed']);
    await bench.setNow(startMs + 49_999);
    refused(await bench.store.admission.admit(request()));
  });

  rule('a renewal that comes after the settlement holds nothing', async (bench) => {
    const caller = await createCaller(bench.store);
    const reservation = await admit(bench.store, requestOf(caller, { key: { budgets: [totalBudget(10n)] } }));
    await bench.store.admission.settle(settlementOf(reservation));
    const before = await bench.contents();
    assert.deepEqual(await bench.store.admission.renew([{ reservation, tokens: 0, nanoUsd: 0n }], 30_000), ['revoked']);
    assert.equal(await bench.contents(), before);
  });

  rule('terms that were escaped beforehand are the same terms, of a call made, known and extended', async (bench) => {
    const caller = await createCaller(bench.store);
    const draft = { endpoint: 'chat_completions', model: 'é"\\\n', stream: true, tags: { 'a"': '\u0000𝄞' } } as const;
    const request = requestOf(caller, { boundNanoUsd: 10n, draft: { ...draft, started_at_ms: startMs } });
    const made = await admit(bench.store, request);
    const known = await admit(bench.store, request);
    const extended = await bench.store.admission.extend(made, { boundNanoUsd: 1n, expectedNanoUsd: 1n });
    for (const reservation of [made, known, extended]) {
      assert.ok(reservation);
      const { terms, escapedTerms } = reservation;
      assert.equal(JSON.parse(`"${escapedTerms ?? escaped(terms)}"`), terms);
    }
  });

  rule('admitting the same id again changes nothing and answers as before', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = requestOf(caller, {
      key: { limits: { requestsPerMinute: 1 }, budgets: [totalBudget(10n)] },
      boundNanoUsd: 10n,
    });
    const first = await admit(bench.store, request);
    const before = await bench.contents();
    await bench.setNow(startMs + 5000);
    assert.deepEqual(await admit(bench.store, request), first);
    assert.equal(await bench.contents(), before);
  });

  rule('a void gives back request, tokens, slot and money', async (bench) => {
    const caller = await createCaller(bench.store);
    const limits = { requestsPerMinute: 1, tokensPerMinute: 10, concurrency: 1 };
    const request = () => requestOf(caller, { key: { limits, budgets: [totalBudget(10n)] }, boundNanoUsd: 10n });
    await bench.store.admission.void(await admit(bench.store, request()));
    await admit(bench.store, request());
  });

  rule('an admit that comes after the void of its id makes nothing', async (bench) => {
    const caller = await createCaller(bench.store);
    const request = requestOf(caller, { key: { limits: { concurrency: 1 } } });
    await bench.store.admission.void({ reservationId: request.reservationId, shard: caller.tenant.shard });
    await assert.rejects(bench.store.admission.admit(request), (error) => error instanceof StoreError);
    await admit(bench.store, requestOf(caller, { key: { limits: { concurrency: 1 } } }));
  });

  rule('an admit that comes after the settlement of its id, which never saw it, makes nothing', async (bench) => {
    const caller = await createCaller(bench.store);
    await using elsewhere = await open();
    const request = requestOf(caller);
    await elsewhere.store.keys.createTenant(caller.tenant);
    await elsewhere.store.keys.createKey(caller.key);
    const reservation = await admit(elsewhere.store, request);
    assert.equal(await bench.store.admission.settle(settlementOf(reservation)), 'unreserved');
    await assert.rejects(bench.store.admission.admit(request), (error) => error instanceof StoreError);
  });

  rule('each number of a producer is applied once, in whatever order they come', async (bench) => {
    const caller = await createCaller(bench.store);
    const producer = newProducer();
    const results: string[] = [];
    for (const sequence of [2, 4, 2, 1, 1, 3, 4, 2, 5]) {
      const reservation = await admit(bench.store, requestOf(caller));
      results.push(await bench.store.admission.settle(settlementOf(reservation, { producer, sequence, nanoUsd: 1n })));
    }
    const applied = [
      'settled',
      'settled',
      'duplicate',
      'settled',
      'duplicate',
      'settled',
      'duplicate',
      'duplicate',
      'settled',
    ];
    assert.deepEqual(results, applied);
    const [key] = await bench.store.admission.standings(caller.tenant.shard, requestOf(caller).scopes);
    assert.equal(key?.spentNanoUsd, 5n);
  });

  rule('a changed key or tenant is answered with the fresh records, and nothing is reserved', async (bench) => {
    const caller = await createCaller(bench.store);
    const key = { ...caller.key, version: 2, limits: { requestsPerMinute: 7 } };
    assert.equal(await bench.store.keys.replaceKey(key), true);
    const before = await bench.contents();
    const decision = await bench.store.admission.admit(requestOf(caller));
    assert.deepEqual(decision, { kind: 'stale', caller: { key, tenant: caller.tenant } });
    const tenant = { ...caller.tenant, version: 2, tier: 'free' };
    assert.equal(before, await bench.contents());
    await bench.store.keys.replaceTenant(tenant);
    const again = await bench.store.admission.admit(requestOf({ ...caller, key }));
    assert.deepEqual(again, { kind: 'stale', caller: { key, tenant } });
    await admit(bench.store, requestOf({ key, tenant }));
  });

  rule(
    'a revoked, expired or unknown key and a suspended tenant are rejected, and nothing is reserved',
    async (bench) => {
      const { key, tenant } = await createCaller(bench.store);
      const reasonNow = async () => {
        const before = await bench.contents();
        const decision = await bench.store.admission.admit(requestOf({ key, tenant }));
        assert.equal(await bench.contents(), before);
        return decision.kind === 'rejected' ? decision.reason : decision.kind;
      };
      await bench.store.keys.replaceKey({ ...key, version: 2, expiresAtMs: startMs + 1000 });
      assert.equal(await reasonNow(), 'stale');
      await bench.setNow(startMs + 1000);
      assert.equal(await reasonNow(), 'expired');
      await bench.store.keys.replaceKey({ ...key, version: 3, status: 'revoked' });
      assert.equal(await reasonNow(), 'revoked');
      await bench.store.keys.replaceKey({ ...key, version: 4 });
      await bench.store.keys.replaceTenant({ ...tenant, version: 2, status: 'suspended' });
      assert.equal(await reasonNow(), 'suspended');
      const stranger = requestOf({ key: { ...key, keyId: `${tenant.shard}nobodynobody` }, tenant });
      assert.deepEqual(await bench.store.admission.admit(stranger), { kind: 'rejected', reason: 'unknown' });
    },
  );

  rule('a call in flight has to end once its key is revoked or expired, or its tenant suspended', async (bench) => {
    const { key, tenant } = await createCaller(bench.store);
    const reservation = await admit(bench.store, requestOf({ key, tenant }));
    const renewed = async () =>
      (await bench.store.admission.renew([{ reservation, tokens: 0, nanoUsd: 0n }], 30_000))[0];
    assert.equal(await renewed(), 'renewed');
    await bench.store.keys.replaceTenant({ ...tenant, version: 2, status: 'suspended' });
    assert.equal(await renewed(), 'revoked');
    await bench.store.keys.replaceTenant({ ...tenant, version: 3 });
    await bench.store.keys.replaceKey({ ...key, version: 2, expiresAtMs: startMs + 10 });
    assert.equal(await renewed(), 'renewed');
    await bench.setNow(startMs + 10);
    assert.equal(await renewed(), 'revoked');
    await bench.store.keys.replaceKey({ ...key, version: 3, status: 'revoked' });
    assert.equal(await renewed(), 'revoked');
  });
}
