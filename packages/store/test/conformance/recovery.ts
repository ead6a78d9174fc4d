import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenBench } from './bench.ts';
import { admit, createCaller, newProducer, refused, requestOf, settlementOf } from './fixtures.ts';

/** What nodes ask and give back after the store was away. */
export function recoveryTests(name: string, open: OpenBench): void {
  const rule = (title: string, run: (bench: Awaited<ReturnType<OpenBench>>) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      await using bench = await open();
      await run(bench);
    });
  };

  rule('tells which settlements of a producer were applied: the mark, and what is ahead of it', async (bench) => {
    const caller = await createCaller(bench.store);
    const producer = newProducer();
    const { shard } = caller.tenant;
    assert.deepEqual(await bench.store.ledger.applied(shard, producer), { mark: 0, ahead: new Set() });
    for (const sequence of [1, 2, 5, 4]) {
      const reservation = await admit(bench.store, requestOf(caller));
      await bench.store.admission.settle(settlementOf(reservation, { producer, sequence }));
    }
    assert.deepEqual(await bench.store.ledger.applied(shard, producer), { mark: 2, ahead: new Set([4, 5]) });
  });

  rule('a ledger on a server that never went away is whole', async (bench) => {
    const caller = await createCaller(bench.store);
    await admit(bench.store, requestOf(caller));
    const state = await bench.store.ledger.rejoin(caller.tenant.shard, { leaseMs: 35_000, busy: true });
    assert.equal(state.kind, 'whole');
  });

  rule('calls that were admitted elsewhere count in the window', async (bench) => {
    const caller = await createCaller(bench.store);
    const limits = { requestsPerMinute: 10, tokensPerMinute: 100 };
    await bench.store.ledger.chargeWindow(caller.tenant.shard, {
      kind: 'tenant',
      scopeId: caller.tenant.name,
      requests: 4,
      tokens: 95,
      tokensPerMinute: 100,
    });
    const refusal = refused(await bench.store.admission.admit(requestOf(caller, { tenant: { limits } })));
    assert.deepEqual([refusal.limit, refusal.remaining], ['tokens_per_minute', 5n]);
    const small = requestOf(caller, { tenant: { limits }, estimatedTokens: 5 });
    const decision = await bench.store.admission.admit(small);
    assert.equal(decision.kind === 'admitted' && decision.standings[1]?.requests?.remaining, 5);
  });

  rule('a node is counted from its first beat until it leaves', async (bench) => {
    assert.equal(await bench.store.nodes.beat('one', 30_000), 1);
    await bench.store.nodes.leave('one');
    assert.equal(await bench.store.nodes.beat('one', 30_000), 1);
  });
}
