import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { answerAdminRequest } from '@tollgate/admin';
import { loadConfig, pricesOf } from '@tollgate/config';
import { Secret, systemClock, tryParseJson, type UsageEvent } from '@tollgate/core';
import { createRedisStore, type Store } from '@tollgate/store';
import { cleanPrefix, randomPrefix, testRedis } from '@tollgate/testkit';
import { adminServer } from './admin-server.ts';
import { runTollgate, workingDirectory } from './run-tollgate.ts';

const prefix = randomPrefix();
let url: string;
let store: Store;

before(async () => {
  url = await testRedis();
  const connection = { kind: 'single' as const, url: new Secret(url) };
  store = createRedisStore({ connection, keyPrefix: prefix, timeoutMs: 5000, clock: systemClock });
  assert.ok(await store.whenReady(5000));
});

after(async () => {
  await store.close();
  await cleanPrefix(url, prefix);
});

/** A price of so many USD for a million tokens of output. */
const configWith = (output: number): string => `
version: 1
redis: { key_prefix: ${prefix} }
providers:
  local: { type: openai-compatible, base_url: "http://127.0.0.1:11434/v1" }
models:
  llama3: { targets: [ { provider: local, model: llama3 } ] }
tiers:
  pro: { models: ["*"], budgets: [ { usd: 100, per: total } ] }
pricing:
  local: { llama3: { input: 0, output: ${output} } }
`;

async function shell(t: TestContext) {
  const directory = await workingDirectory(t, { 'config.yaml': configWith(1) });
  const path = join(directory, 'config.yaml');
  const pepper = 'v1:pepper-of-the-test-0123456789';
  const variables = { REDIS_URL: url, TOLLGATE_CONFIG: path, TOLLGATE_KEY_PEPPERS: pepper };
  return {
    directory,
    path,
    price: (output: number) => writeFile(path, configWith(output)),
    run: (...words: string[]) => runTollgate(directory, variables, ...words),
  };
}

/** Settles a call of 1000 tokens of output at 1 USD a million. */
async function spend(tenantName: string): Promise<void> {
  const [key] = await store.keys.keys(tenantName);
  const tenant = await store.keys.tenant(tenantName);
  assert.ok(key !== undefined && tenant !== undefined);
  const limits = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined };
  const total = {
    capNanoUsd: 100n * 10n ** 9n,
    hard: true,
    current: { id: 'total', endsAtMs: undefined },
    next: undefined,
  };
  const decision = await store.admission.admit({
    reservationId: randomUUID(),
    caller: { key, tenant },
    scopes: [
      { kind: 'key', id: key.scopeId, limits, budgets: [] },
      { kind: 'tenant', id: tenant.name, limits, budgets: [total] },
    ],
    estimatedTokens: 1,
    boundNanoUsd: 1_000_000n,
    expectedNanoUsd: 1_000_000n,
    leaseMs: 30_000,
  });
  assert.ok(decision.kind === 'admitted');
  const cost = '1000000';
  const none = { cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, input_audio: 0, output_audio: 0, images: 0 };
  const usage = { ...none, input_uncached: 5, output: 1000, reasoning: 0 };
  const line = {
    provider: 'local',
    provider_model: 'llama3',
    credential: 'default',
    result: 'ok',
    usage,
    price_id: 'p',
  };
  const charged = {
    cost_nano_usd: cost,
    cost_source: 'computed',
    computed_nano_usd: cost,
    reported_nano_usd: null,
  } as const;
  const event: UsageEvent = {
    schema: 1,
    type: 'call',
    id: decision.reservation.reservationId,
    tenant: tenant.name,
    key_id: key.keyId,
    scope_id: key.scopeId,
    tier: 'pro',
    endpoint: 'chat_completions',
    model: 'llama3',
    stream: false,
    outcome: 'completed',
    error_code: null,
    attempts: [{ ...line, ...charged }],
    usage,
    cost_nano_usd: cost,
    estimated: false,
    tags: {},
    started_at_ms: systemClock.nowMs(),
    duration_ms: 1,
  };
  await store.admission.settle({
    reservation: decision.reservation,
    producer: { id: randomUUID(), sequence: 1 },
    actualTokens: 1005,
    actualNanoUsd: BigInt(cost),
    event,
  });
}

test('calls are charged by new prices once, with a trial beforehand, and the ledger stays exact', async (t) => {
  const { run, price } = await shell(t);
  await run('tenants', 'create', 'acme');
  await run('keys', 'create', '--tenant', 'acme', '--name', 'web');
  for (let count = 0; count < 3; count += 1) await spend('acme');
  await price(3);
  const trial = await run('ledger', 'reprice', '--since', '1d', '--dry-run');
  assert.equal(trial.exitCode, 0, trial.errors);
  assert.match(trial.output, /^local +llama3 +3 +0\.003 +0\.009 +0\.006$/m);
  assert.match(trial.output, /\n3 events looked at, 3 calls to be repriced\ndifference_nano_usd 6000000\n$/);
  assert.match((await run('ledger', 'reprice', '--since', '1d', '--model', 'other')).output, /usd 0\n$/);
  assert.deepEqual((await run('ledger', 'reprice', '--since', '1d', '--json')).json(), {
    events: 3,
    repriced: 3,
    passed_over: 0,
    changes: [{ provider: 'local', model: 'llama3', attempts: 3, from_nano_usd: '3000000', to_nano_usd: '9000000' }],
    difference_nano_usd: '6000000',
    dry_run: false,
  });
  const again = await run('ledger', 'reprice', '--since', '1d');
  assert.match(again.output, /^6 events looked at, 0 calls repriced\ndifference_nano_usd 0\n$/);
  assert.match((await run('ledger', 'verify')).output, /\ndrift_nano_usd 0\n$/);
  const events = (await run('ledger', 'export', '--json')).json() as {
    events: { corrects_nano_usd: string | null; event: UsageEvent }[];
  };
  const spent = events.events.map(
    ({ corrects_nano_usd: corrects, event }) => BigInt(event.cost_nano_usd) - BigInt(corrects ?? '0'),
  );
  assert.equal(
    spent.reduce((sum, amount) => sum + amount),
    9_000_000n,
  );
});

test('the same goes through the admin API, by the prices that the node has', async (t) => {
  const { directory, path, run, price } = await shell(t);
  await run('tenants', 'create', 'remote');
  await run('keys', 'create', '--tenant', 'remote', '--name', 'web');
  await spend('remote');
  await price(2);
  const config = loadConfig({ path, environment: {} });
  const context = { store: store.keys, report: store.report, books: store.books, clock: systemClock };
  const server = await adminServer(t, async (request) => {
    const { status, body } = await answerAdminRequest(
      {
        ...context,
        mintingPepper: undefined,
        tiers: () => Promise.resolve(config),
        prices: () => Promise.resolve(pricesOf(config)),
      },
      { ...request, body: tryParseJson(request.body) },
    );
    return { status, body: JSON.stringify(body) };
  });
  const variables = { TOLLGATE_ADMIN_URL: server.url, TOLLGATE_ADMIN_TOKEN: 'admin-token-of-the-test' };
  const words = ['ledger', 'reprice', '--since', '1d', '--provider', 'local'];
  const first = await runTollgate(directory, variables, ...words);
  assert.equal(first.exitCode, 0, first.errors);
  assert.match(first.output, /difference_nano_usd -?[1-9]\d*\n$/);
  assert.match((await runTollgate(directory, variables, ...words)).output, /\ndifference_nano_usd 0\n$/);
  assert.match((await run('ledger', 'verify')).output, /\ndrift_nano_usd 0\n$/);
});

test('a time is needed, and one that can be', async (t) => {
  const { run } = await shell(t);
  const says = async (message: RegExp, ...words: string[]) => {
    const ran = await run('ledger', 'reprice', ...words);
    assert.match(ran.errors, message);
    assert.equal(ran.exitCode, 2);
  };
  await says(/needs --since <time>/);
  await says(/`since` has to be a date/, '--since', 'yesterday');
  await says(/`since` has to be before `until`/, '--since', '2026-11-23', '--until', '2026-11-23');
});
