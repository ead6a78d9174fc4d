import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { GatewayError, StoreError, type AdmitDecision, type AdmitRequest } from '@tollgate/core';
import { LocalShare } from '@tollgate/store';
import { ManualClock } from '@tollgate/testkit';
import { LeaseKeeper } from '../src/admission/lease-keeper.ts';
import { callerGraceMs, OutageStore } from '../src/outage/outage-store.ts';
import { admitRequest, fakeStore, reservationOf } from './support/fake-store.ts';

let clock: ManualClock;
let failure: StoreError | undefined;
let away: boolean;
let asked: number;

beforeEach(() => {
  clock = new ManualClock();
  failure = undefined;
  away = false;
  asked = 0;
});

const admitAsTold = async (request: AdmitRequest): Promise<AdmitDecision> => {
  asked += 1;
  if (failure !== undefined) throw failure;
  return {
    kind: 'admitted',
    reservation: reservationOf(request.reservationId),
    standings: [],
    outputCapTokens: undefined,
  };
};

const open = (): OutageStore =>
  new OutageStore({
    store: fakeStore({ admit: admitAsTold }),
    share: new LocalShare(clock),
    clock,
    policy: () => 'local_share',
    liveNodes: () => 2,
    isStoreAway: () => away,
    onAnswered: () => undefined,
    onFailure: () => undefined,
  });

const code = (expected: string) => (error: unknown) =>
  error instanceof GatewayError && error.code === expected && error.retryAfterMs !== undefined;

describe('while the store is away', () => {
  it('nobody waits for it', async () => {
    away = true;
    assert.equal((await open().admit(admitRequest('a', { requestsPerMinute: 10 }))).kind, 'admitted');
    assert.equal(asked, 0);
  });

  it('a call whose admission went unanswered goes on under an id of its own, which no late void can end', async () => {
    failure = new StoreError('timeout', 'slow');
    const decision = await open().admit(admitRequest('a', { requestsPerMinute: 10 }));
    assert.equal(decision.kind === 'admitted' && decision.reservation.reservationId, 'a.local');
  });

  it('a call under a hard budget is refused', async () => {
    away = true;
    const admission = open().admit(admitRequest('a', {}, { hardBudget: true }));
    await assert.rejects(admission, (error) => error instanceof StoreError && error.code === 'unavailable');
  });

  it('callers are believed for 60 s after it was last heard of, and no longer', async () => {
    const store = open();
    await store.admit(admitRequest('a', {}));
    away = true;
    clock.advance(callerGraceMs);
    assert.equal((await store.admit(admitRequest('b', {}))).kind, 'admitted');
    clock.advance(1);
    await assert.rejects(store.admit(admitRequest('c', {})), code('store_unavailable'));
    store.heard();
    assert.equal((await store.admit(admitRequest('d', {}))).kind, 'admitted');
  });

  it('a call that is larger than the share is told to come again', async () => {
    away = true;
    await assert.rejects(open().admit(admitRequest('a', { tokensPerMinute: 15 })), code('store_unavailable'));
  });
});

for (const reason of ['full', 'backlog_full', 'recovering', 'schema'] as const) {
  it(`a store that answers but is ${reason} is not replaced by the node's share`, async () => {
    failure = new StoreError(reason, 'no');
    await assert.rejects(open().admit(admitRequest('a', {})), (error) => error === failure);
  });
}

it('the slot of a call comes free when the call ends', async () => {
  const store = open();
  away = true;
  const limits = { concurrency: 2 };
  const first = await store.admit(admitRequest('a', limits));
  assert.ok(first.kind === 'admitted');
  assert.equal((await store.admit(admitRequest('b', limits))).kind, 'refused');
  store.release(first.reservation.reservationId);
  assert.equal((await store.admit(admitRequest('c', limits))).kind, 'admitted');
});

it('renewals tell what a call used and cost so far', async () => {
  const told: unknown[] = [];
  const admission = fakeStore({
    renew: async (leases) => {
      told.push(...leases.map(({ tokens, nanoUsd }) => ({ tokens, nanoUsd })));
      return leases.map(() => 'renewed' as const);
    },
  });
  const leases = new LeaseKeeper({ admission, clock });
  leases.keep(reservationOf('a'), new AbortController());
  await leases.renewAll();
  leases.report('a', () => ({ tokens: 7, nanoUsd: 42n }));
  await leases.renewAll();
  assert.deepEqual(told, [
    { tokens: 0, nanoUsd: 0n },
    { tokens: 7, nanoUsd: 42n },
  ]);
});
