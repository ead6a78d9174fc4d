import assert from 'node:assert/strict';
import { shardOfTenant, type NamedCall } from '@tollgate/core';
import type { OpenBench } from './bench.ts';
import { rulesOf } from './rule.ts';

const call = (name: string, scopeId = 'a-key'): NamedCall => ({ shard: shardOfTenant('acme'), scopeId, name });

const ended = { outcome: 'completed', status: 200, costUsd: '0.01' };

/** Calls that their callers have named. */
export function claimTests(name: string, open: OpenBench): void {
  const rule = rulesOf(name, open);

  rule('of requests that race for the name of a call one claims it', async ({ store }) => {
    const ids = Array.from({ length: 20 }, (_, index) => `req-${index}`);
    const results = await Promise.all(ids.map((requestId) => store.claims.claim(call('n'), { requestId, print: 'p' })));
    const winner = ids[results.findIndex(({ kind }) => kind === 'claimed')];
    const others = results.filter(({ kind }) => kind === 'taken');
    assert.equal(others.length, 19);
    for (const other of others) {
      assert.deepEqual(other, { kind: 'taken', isSame: true, requestId: winner, ended: undefined });
    }
  });

  rule('a claim that is sent twice by the same request is claimed', async ({ store }) => {
    const by = { requestId: 'one', print: 'p' };
    assert.deepEqual(await store.claims.claim(call('n'), by), { kind: 'claimed' });
    assert.deepEqual(await store.claims.claim(call('n'), by), { kind: 'claimed' });
  });

  rule('a repeat is told how the call ended, and whether it asks for the same', async ({ store }) => {
    await store.claims.claim(call('n'), { requestId: 'one', print: 'p' });
    await store.claims.finish(call('n'), 'another', { ...ended, status: 500 });
    await store.claims.finish(call('n'), 'one', ended);
    const taken = { kind: 'taken', requestId: 'one', ended };
    assert.deepEqual(await store.claims.claim(call('n'), { requestId: 'two', print: 'p' }), { ...taken, isSame: true });
    assert.deepEqual(await store.claims.claim(call('n'), { requestId: 'two', print: 'q' }), {
      ...taken,
      isSame: false,
    });
  });

  rule("a name that was released is free again, and names are each key's own", async ({ store }) => {
    await store.claims.claim(call('n'), { requestId: 'one', print: 'p' });
    await store.claims.release(call('n'), 'another');
    assert.equal((await store.claims.claim(call('n'), { requestId: 'two', print: 'p' })).kind, 'taken');
    assert.equal((await store.claims.claim(call('n', 'b-key'), { requestId: 'two', print: 'p' })).kind, 'claimed');
    await store.claims.release(call('n'), 'one');
    assert.equal((await store.claims.claim(call('n'), { requestId: 'two', print: 'p' })).kind, 'claimed');
  });
}
