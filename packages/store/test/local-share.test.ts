import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '@tollgate/testkit';
import { LocalShare } from '../src/index.ts';
import { unreservedTerms } from '../src/scripts/unreserved-terms.ts';
import {
  admitted,
  createCaller,
  keyRecord,
  requestOf,
  settlementOf,
  tenantRecord,
  totalBudget,
} from './conformance/fixtures.ts';
import { openLiveStore } from './redis/live-store.ts';

const tenant = tenantRecord('acme');
const caller = { tenant, key: keyRecord(tenant) };
const limited = (limits: { requestsPerMinute?: number; tokensPerMinute?: number; concurrency?: number }) =>
  requestOf(caller, { key: { limits } });

function admittedCount(share: LocalShare, nodes: number, tries: number): number {
  const decisions = Array.from({ length: tries }, () => share.admit(limited({ requestsPerMinute: 10 }), nodes));
  return decisions.filter((decision) => decision?.kind === 'admitted').length;
}

test('a node alone admits its share of a limit, and the shares of all nodes together are at most the limit', () => {
  assert.equal(admittedCount(new LocalShare(new ManualClock()), 1, 20), 10);
  assert.equal(admittedCount(new LocalShare(new ManualClock()), 3, 20), 3);
});

test('what Redis admitted at this node within the last minute counts against its share', () => {
  const clock = new ManualClock();
  const share = new LocalShare(clock);
  for (let calls = 0; calls < 4; calls += 1) share.charge(limited({ requestsPerMinute: 10 }));
  assert.equal(admittedCount(share, 2, 20), 1);
  clock.advance(61_000);
  assert.equal(admittedCount(share, 2, 20), 5);
});

test('a call that is larger than the share is not told that it never fits', () => {
  const share = new LocalShare(new ManualClock());
  assert.equal(share.admit(limited({ tokensPerMinute: 19 }), 2), undefined);
  assert.equal(share.admit(limited({ tokensPerMinute: 20 }), 2)?.kind, 'admitted');
});

test('a slot is held until the call ends, whoever admitted it', () => {
  const share = new LocalShare(new ManualClock());
  const first = limited({ concurrency: 2 });
  share.charge(first);
  assert.equal(share.admit(limited({ concurrency: 2 }), 2)?.kind, 'refused');
  share.release(first.reservationId);
  assert.equal(share.admit(limited({ concurrency: 2 }), 2)?.kind, 'admitted');
});

test('a call that is counted twice holds one slot, and frees it', () => {
  const share = new LocalShare(new ManualClock());
  const call = limited({ concurrency: 2 });
  share.charge(call);
  share.charge(call);
  assert.equal(share.admit(limited({ concurrency: 2 }), 1)?.kind, 'admitted');
  assert.equal(share.admit(limited({ concurrency: 2 }), 1)?.kind, 'refused');
  share.release(call.reservationId);
  share.release(call.reservationId);
  assert.equal(share.admit(limited({ concurrency: 2 }), 1)?.kind, 'admitted');
  assert.equal(share.admit(limited({ concurrency: 2 }), 1)?.kind, 'refused');
});

test('what comes for a caller whose scopes were forgotten is counted with what others say of the same scopes', () => {
  const clock = new ManualClock();
  const share = new LocalShare(clock);
  const call = limited({ requestsPerMinute: 10 });
  share.charge(call);
  share.release(call.reservationId);
  clock.advance(62_000);
  for (let other = 0; other < 10_000; other += 1) {
    const scopes = call.scopes.map((scope) => ({ ...scope, id: `${scope.id}-${other}` }));
    share.charge({ ...call, reservationId: `other-${other}`, scopes });
  }
  for (let again = 0; again < 4; again += 1) share.charge({ ...call, reservationId: `again-${again}` });
  assert.equal(admittedCount(share, 2, 20), 1);
});

test('only what was admitted without Redis in the last minute is given back, once and for each scope', () => {
  const clock = new ManualClock();
  const share = new LocalShare(clock);
  share.charge(limited({}));
  share.admitUnlimited(limited({}));
  clock.advance(62_000);
  share.admitUnlimited(limited({ tokensPerMinute: 500 }));
  share.admit(limited({ tokensPerMinute: 500 }), 1);
  const use = { requests: 2, tokens: 20 };
  const given = share.giveBack();
  assert.deepEqual(
    given.map(({ shard, use: owed }) => ({ shard, use: owed })),
    [
      { shard: tenant.shard, use: { ...use, kind: 'key', scopeId: caller.key.scopeId, tokensPerMinute: 500 } },
      { shard: tenant.shard, use: { ...use, kind: 'tenant', scopeId: 'acme', tokensPerMinute: undefined } },
    ],
  );
  assert.equal(share.giveBack().length, 2);
  for (const { done } of given) done();
  assert.deepEqual(share.giveBack(), []);
});

test('Redis settles and holds a call that it never admitted, in the budgets that the call belongs to', async () => {
  await using live = await openLiveStore();
  const known = await createCaller(live.store);
  const budgets = [totalBudget(1000n, false)];
  const request = requestOf(known, { tenant: { budgets }, expectedNanoUsd: 7n });
  const reservation = { ...admitted(new LocalShare(new ManualClock()).admitUnlimited(request)) };
  assert.equal(reservation.terms, unreservedTerms(request, reservation.admittedAtMs));
  const { admission } = live.store;
  const standing = async () => (await admission.standings(known.tenant.shard, request.scopes))[1]?.budgets[0];
  assert.deepEqual(await admission.renew([{ reservation, tokens: 0, nanoUsd: 0n }], 30_000), ['readopted']);
  assert.equal((await standing())?.reservedNanoUsd, 7n);
  assert.equal(await admission.settle(settlementOf(reservation, { nanoUsd: 5n })), 'settled');
  assert.equal((await standing())?.reservedNanoUsd, 0n);
  assert.equal((await standing())?.spentNanoUsd, 5n);
});
