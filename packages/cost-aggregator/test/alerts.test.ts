import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs, nanoFromUsd, systemClock, type Budget, type Webhook } from '@tollgate/core';
import { askRedis } from '@tollgate/testkit';
import { createMemoryStore } from '@tollgate/store';
import type { AlertRules } from '@tollgate/cost-aggregator';
import { startAggregatorProcess } from './support/aggregator-process.ts';
import { aggregate, hasty, until, valueOf } from './support/aggregators.ts';
import { createCaller, openBench, spend, totals } from './support/spending.ts';
import { isSigned, openReceiver, secret, webhookTo } from './support/webhook-receiver.ts';

const usd = (amount: number): bigint => nanoFromUsd(amount) ?? 0n;
const monthly = (amount: number, hard = true): Budget => ({ capNanoUsd: usd(amount), per: 'month', hard });

const rulesWith = (...webhooks: readonly Webhook[]): { rules: () => AlertRules } => ({
  rules: () => ({
    tiers: new Map(),
    budgets: { timeZone: 'UTC', alertAt: [0.5, 0.8, 1] },
    alerts: { spendSpike: { factor: 4, minNanoUsd: usd(10) }, webhooks },
  }),
});

const alert = { lookMs: 5, sweepMs: 50, spikeMs: 5, sendMs: 5 };
const settings = { ...hasty, alerts: alert };

const bodyOf = ({ body }: { readonly body: string }) => JSON.parse(body) as Record<string, Record<string, unknown>>;

test('each threshold of a budget is told once by all workers together, signed, and the highest of several', async () => {
  await using bench = await openBench();
  await using receiver = await openReceiver();
  const caller = await createCaller(bench.store, 'acme', { tenant: [monthly(10)], key: [monthly(100, false)] });
  const workers = [1, 2].map(() => aggregate(bench.store, settings, rulesWith(webhookTo(receiver))));
  await spend(bench.store, caller, usd(4));
  await until(async () => (await totals(bench.store, caller)).requests === 1);
  await spend(bench.store, caller, usd(4.5));
  await receiver.count(1);
  await spend(bench.store, caller, usd(1.5));
  await receiver.count(2);
  for (let looks = 0; looks < 20; looks += 1) await bench.store.ping();
  await Promise.all(workers.map((worker) => worker.stop()));
  assert.equal(receiver.received.length, 2);
  assert.ok(receiver.received.every(isSigned));
  const [first, second] = receiver.received.map(bodyOf);
  assert.deepEqual(
    [
      first?.['kind'],
      first?.['tenant'],
      first?.['key'],
      first?.['budget']?.['share'],
      first?.['budget']?.['spent_usd'],
    ],
    ['budget_threshold', 'acme', null, 0.8, '8.5'],
  );
  assert.deepEqual([second?.['budget']?.['share'], second?.['budget']?.['limit_usd']], [1, '10']);
  assert.notEqual(first?.['id'], second?.['id']);
  assert.equal(receiver.received[0]?.headers['x-tollgate-alert-id'], first?.['id']);
  const logged = workers.map((worker) => worker.logged()).join('');
  assert.match(logged, /"an alert was raised"[^]*"an alert was delivered"/);
  assert.ok(!logged.includes(secret) && !logged.includes('part-of-the-address'));
});

test('a key of a soft budget is told of by its name, and a raised budget anew', async () => {
  const store = createMemoryStore({ clock: systemClock });
  await using receiver = await openReceiver();
  const caller = await createCaller(store, 'acme', { key: [monthly(10, false)] });
  const worker = aggregate(store, settings, rulesWith(webhookTo(receiver, { kinds: ['budget_threshold'] })));
  await spend(store, caller, usd(20));
  await receiver.count(1);
  const { key } = caller;
  await store.keys.replaceKey({ ...key, version: 2, budgets: [monthly(30, false)] });
  await receiver.count(2);
  await worker.stop();
  const facts = receiver.received.map(bodyOf).map(({ key: of, budget }) => [of, budget?.['share'], budget?.['hard']]);
  const named = { id: key.scopeId, name: 'first' };
  assert.deepEqual(facts, [
    [named, 1, false],
    [named, 0.5, false],
  ]);
});

test('a webhook that fails is tried again with the same id, and the metrics and the log say so', async () => {
  const store = createMemoryStore({ clock: systemClock });
  await using receiver = await openReceiver((response, nth) => void response.writeHead(nth === 1 ? 503 : 204).end());
  const caller = await createCaller(store, 'acme', { tenant: [monthly(10)] });
  const worker = aggregate(store, settings, rulesWith(webhookTo(receiver)));
  await spend(store, caller, usd(6));
  await receiver.count(2);
  await until(
    async () => (await valueOf(worker.metrics, 'tollgate_alerts_total{webhook="ops",result="delivered"}')) === 1,
  );
  await worker.stop();
  const ids = receiver.received.map(({ headers }) => headers['x-tollgate-alert-id']);
  assert.equal(new Set(ids).size, 1);
});

for (const [what, answer, reason] of [
  ['redirects', 'redirect', 'status 302'],
  ['refuses', 'refuse', 'status 400'],
  ['answers without end', 'flood', 'the answer is too long'],
] as const) {
  test(`a webhook that ${what} did not take the alert, which waits for another try`, async () => {
    const store = createMemoryStore({ clock: systemClock });
    await using elsewhere = await openReceiver();
    await using receiver = await openReceiver((response) => {
      if (answer === 'redirect') response.writeHead(302, { location: elsewhere.url }).end();
      if (answer === 'refuse') response.writeHead(400).end();
      if (answer === 'flood') response.writeHead(200).write('x'.repeat(200_000));
    });
    const caller = await createCaller(store, 'acme', { tenant: [monthly(10)] });
    const worker = aggregate(store, settings, rulesWith(webhookTo(receiver)));
    await spend(store, caller, usd(6));
    await until(
      async () => (await valueOf(worker.metrics, 'tollgate_alerts_total{webhook="ops",result="failed"}')) === 1,
    );
    await worker.stop();
    assert.match(worker.logged(), new RegExp(`could not be delivered.*"reason":"${reason}","again_in_ms":30000`));
    assert.deepEqual([receiver.received.length, elsewhere.received.length], [1, 0]);
  });
}

test('a webhook that never answers holds up neither the loop nor another webhook', async () => {
  await using bench = await openBench();
  await using silent = await openReceiver(() => undefined);
  await using prompt = await openReceiver();
  const caller = await createCaller(bench.store, 'acme', { tenant: [monthly(10)] });
  const webhooks = [webhookTo(silent, { name: 'silent' }), webhookTo(prompt, { name: 'prompt' })];
  const worker = aggregate(bench.store, settings, rulesWith(...webhooks));
  await spend(bench.store, caller, usd(6));
  await Promise.all([silent.count(1), prompt.count(1)]);
  for (let count = 0; count < 50; count += 1) await spend(bench.store, caller, 1n);
  await until(async () => (await totals(bench.store, caller)).requests === 51);
  assert.equal(await valueOf(worker.metrics, 'tollgate_alerts_total{webhook="silent",result="delivered"}'), 0);
  await worker.stop();
});

test('an aggregator that is killed while it sends an alert leaves it to the next one, which sends it with the same id', async () => {
  await using bench = await openBench();
  await using receiver = await openReceiver((response, nth) => {
    if (nth > 1) response.writeHead(204).end();
  });
  const caller = await createCaller(bench.store, 'acme', { tenant: [monthly(10)] });
  await spend(bench.store, caller, usd(6));
  const webhook = `{ name: ops, url: "${receiver.url}", secret: "${secret}", kinds: [budget_threshold] }`;
  const config = `alerts: { webhooks: [${webhook}] }\n`;
  {
    await using victim = await startAggregatorProcess({ redisUrl: bench.url, keyPrefix: bench.keyPrefix, config });
    await receiver.count(1);
    victim.signal('SIGKILL');
    await victim.exited;
    assert.ok(!victim.printed().includes(secret));
  }
  const queue = `${bench.keyPrefix}:{s00}:aq:ops`;
  const waiting = await askRedis(bench.url, 'ZRANGE', queue, 0, -1);
  const [id] = Array.isArray(waiting) ? waiting.map(String) : [];
  assert.equal(id, receiver.received[0]?.headers['x-tollgate-alert-id']);
  // Its lease runs out.
  await askRedis(bench.url, 'ZADD', queue, 0, id ?? '');
  const successor = aggregate(bench.store, settings, rulesWith(webhookTo(receiver)));
  await receiver.count(2);
  await until(async () => (await bench.store.alerts.take({ webhook: 'ops', atMost: 1, leaseMs: 1 })).length === 0);
  await successor.stop();
  assert.equal(receiver.received[1]?.headers['x-tollgate-alert-id'], id);
  assert.deepEqual(bodyOf(receiver.received[1] ?? { body: '' }), bodyOf(receiver.received[0] ?? { body: '' }));
});

test('an hour that costs a tenant many times what hours usually do is told once', async () => {
  await using bench = await openBench();
  await using receiver = await openReceiver();
  const [spiky, steady] = [await createCaller(bench.store, 'spiky'), await createCaller(bench.store, 'steady')];
  const nowMs = systemClock.nowMs();
  for (let hoursAgo = 1; hoursAgo <= 30; hoursAgo += 1) {
    const startedAtMs = nowMs - hoursAgo * hourMs;
    await spend(bench.store, spiky, { nanoUsd: usd(3), startedAtMs });
    await spend(bench.store, steady, { nanoUsd: usd(3), startedAtMs });
  }
  const worker = aggregate(bench.store, settings, rulesWith(webhookTo(receiver)));
  await spend(bench.store, spiky, usd(12));
  await spend(bench.store, steady, usd(11));
  await receiver.count(1);
  await spend(bench.store, spiky, usd(12));
  await until(async () => (await totals(bench.store, spiky)).requests >= 25);
  await worker.stop();
  assert.equal(receiver.received.length, 1);
  const { kind, tenant, spike } = bodyOf(receiver.received[0] ?? { body: '' });
  assert.deepEqual([kind, tenant, spike?.['usual_usd']], ['spend_spike', 'spiky', '3']);
  assert.ok(isSigned(receiver.received[0] ?? { path: '', headers: {}, body: '' }));
});
