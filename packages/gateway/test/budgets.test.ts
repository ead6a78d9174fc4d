import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import {
  nanoFromUsd,
  systemClock,
  type AdmissionStore,
  type Budget,
  type NanoUsd,
  type Settlement,
} from '@tollgate/core';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { createMemoryStore } from '@tollgate/store';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0, keepBodies: true });
});

beforeEach(async () => {
  simulator.faults.disarm();
  simulator.clearLedger();
  gateway = await startTestGateway({ config: config() });
});

afterEach(() => gateway.stop());

after(() => simulator.stop());

const hard = (usd: string, per: Budget['per'] = 'day'): Budget => ({ capNanoUsd: nano(usd), per, hard: true });
const soft = (usd: string): Budget => ({ capNanoUsd: nano(usd), per: 'day', hard: false });

function nano(usd: string): NanoUsd {
  const amount = nanoFromUsd(usd);
  assert.ok(amount !== undefined);
  return amount;
}

/** 2,000 tokens of cap cost 8 mUSD at most with this model; a token of input 1.25 µUSD, of output 4. */
const asked = (content: string, extra: object = {}) => ({
  model: 'dear',
  max_tokens: 2000,
  messages: [{ role: 'user', content }],
  ...extra,
});

const config = (): string =>
  simulatorConfig(simulator.url, {
    models: `
  dear: { targets: [ { provider: openrouter, model: vendor/dear } ] }
  sim-openai: { targets: [ { provider: openai, model: cheap } ] }
  two: { targets: [ { provider: openrouter, model: vendor/dear }, { provider: openai, model: cheap } ] }`,
    pricing: `
  openrouter: { vendor/dear: { input: 1, output: 4, cache_read: 0.1, cache_write: 1.25, context_window: 400000, max_output: 3000 } }
  openai: { cheap: { input: 1, output: 4, cache_read: 0.1, context_window: 400000, max_output: 3000 } }`,
  });

const sentCaps = (): readonly unknown[] =>
  simulator
    .ledger()
    .map(({ requestBody = '{}' }) => (JSON.parse(requestBody) as Record<string, unknown>)['max_tokens']);

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly param: string | null };
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as Refused).error.code;
}

describe('a hard budget', () => {
  it('lowers the output cap to what is left, sends it to the provider, and says so', async () => {
    const { key } = await gateway.createKey({ budgets: [hard('0.007'), hard('1', 'month')] });
    const response = await gateway.chat(asked('[[words:10]]'), { key });
    assert.equal(response.status, 200, await response.clone().text());
    const cap = Number(response.headers.get('x-tollgate-output-cap'));
    assert.ok(cap >= 64 && cap < 2000, String(cap));
    await response.text();
    assert.deepEqual(sentCaps(), [cap]);
  });

  it("says nothing of a cap that is the caller's own, and tells the one that it had to set", async () => {
    const { key } = await gateway.createKey({ budgets: [hard('1')] });
    const own = await gateway.chat(asked('hi'), { key });
    assert.equal(own.headers.get('x-tollgate-output-cap'), null);
    const none = await gateway.chat(asked('hi', { max_tokens: undefined }), { key });
    assert.equal(none.headers.get('x-tollgate-output-cap'), '3000');
    const streamed = await gateway.chat(asked('hi', { max_tokens: undefined, stream: true }), { key });
    assert.equal(streamed.headers.get('x-tollgate-output-cap'), '3000');
    await Promise.all([own, none, streamed].map((response) => response.text()));
    assert.deepEqual(sentCaps(), [2000, 3000, 3000]);
  });

  it('that is spent is final, and says what remains and when it renews', async () => {
    const { key } = await gateway.createKey({ budgets: [hard('0.0095', 'day'), hard('1', 'total')] });
    const first = await gateway.chat(asked('[[words:1500]]'), { key });
    assert.equal(first.status, 200, await first.clone().text());
    await first.text();
    const line = await gateway.requestLine(first);
    const refused = await gateway.chat(asked('x'.repeat(6000)), { key });
    assert.equal(refused.status, 402);
    assert.equal(refused.headers.get('x-should-retry'), 'false');
    const { error } = (await refused.json()) as Refused;
    assert.equal(error.code, 'budget_exceeded');
    const left = (nano('0.0095') - nano(String(line['cost_usd']))).toString().padStart(10, '0');
    assert.ok(error.message.includes(`0.00${left.slice(3).replace(/0+$/, '')}`), error.message);
    assert.match(error.message, /renews in/);
  });

  it('that calls in flight hold is worth another try', async () => {
    const { key } = await gateway.createKey({ budgets: [hard('0.011')] });
    simulator.pace({ first_content_ms: 300 });
    const [first, second] = await Promise.all([gateway.chat(asked('hi'), { key }), gateway.chat(asked('ho'), { key })]);
    simulator.pace({ first_content_ms: 0 });
    const [answered, refused] = first.status === 200 ? [first, second] : [second, first];
    await answered.text();
    assert.equal(refused.status, 429);
    assert.notEqual(refused.headers.get('x-should-retry'), 'false');
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.equal(await codeOf(refused), 'budget_held');
    await gateway.requestLine(answered);
    assert.equal((await gateway.chat(asked('ho'), { key })).status, 200);
  });

  it('refuses what nothing bounds, and names the field', async () => {
    const { key } = await gateway.createKey({ budgets: [hard('1')] });
    const response = await gateway.chat(asked('hi', { plugins: [{ id: 'web' }] }), { key });
    const { error } = (await response.json()) as Refused;
    assert.deepEqual([response.status, error.code, error.param], [400, 'cost_unbounded', 'plugins']);
    assert.equal(simulator.ledger().length, 0);
  });

  it('pays for a further attempt only if it has the money for both', async () => {
    for (const [usd, attempts] of [
      ['0.012', 1],
      ['0.05', 2],
    ] as const) {
      simulator.clearLedger();
      simulator.faults.arm({ fault: '500', times: 1 });
      const { key } = await gateway.createKey({ budgets: [hard(usd)] });
      const response = await gateway.chat(asked('hi', { model: 'two' }), { key });
      await response.text();
      const line = await gateway.requestLine(response);
      assert.equal(line['attempts'], attempts, usd);
      assert.equal(response.status, attempts === 2 ? 200 : 502);
      assert.equal(line['estimated'], true, 'the first attempt may have been billed, and is charged by itself');
      assert.equal(simulator.ledger().length, attempts);
      simulator.faults.disarm();
    }
  });

  it('settles what was held for all attempts, should Redis have lost it', async () => {
    const { admission, ...others } = createMemoryStore({ clock: systemClock });
    const settled: Settlement[] = [];
    const watched: AdmissionStore = {
      admit: (request) => admission.admit(request),
      extend: (reservation, further) => admission.extend(reservation, further),
      settle: (settlement) => {
        settled.push(settlement);
        return admission.settle(settlement);
      },
      void: (reservation) => admission.void(reservation),
      renew: (leases, leaseMs) => admission.renew(leases, leaseMs),
      reap: (shard, atMost) => admission.reap(shard, atMost),
      standings: (shard, scopes) => admission.standings(shard, scopes),
    };
    await gateway.stop();
    gateway = await startTestGateway({ config: config(), store: { ...others, admission: watched } });
    simulator.faults.arm({ fault: '500', times: 1 });
    const { key } = await gateway.createKey({ budgets: [hard('1')] });
    await (await gateway.chat(asked('hi', { model: 'two' }), { key })).text();
    await (await gateway.chat(asked('hi', { model: 'two' }), { key })).text();
    await gateway.requestLine();
    await gateway.requestLine();
    const [twice = 0n, once = 0n] = settled.map(({ reservation }) => reservation.boundNanoUsd);
    assert.ok(once > 0n && twice > once, `${twice} for two attempts, ${once} for one`);
    assert.equal(settled[0]?.event.attempts.length, 2);
  });

  it('is not spent again at a target that charged more than its bound', async () => {
    await gateway.stop();
    const wrong = config().replace(
      'input: 1, output: 4, cache_read: 0.1, cache_write: 1.25',
      'input: 0.001, output: 0.001',
    );
    gateway = await startTestGateway({ config: wrong });
    const { key } = await gateway.createKey({ budgets: [hard('1')] });
    const dear = await gateway.chat(asked('[[words:1000]]'), { key });
    await dear.text();
    assert.equal(dear.status, 200);
    assert.equal((await gateway.requestLine(dear))['cost_source'], 'reported');
    const refused = await gateway.chat(asked('hi'), { key });
    assert.deepEqual([refused.status, await codeOf(refused)], [400, 'cost_unbounded']);
    const elsewhere = await gateway.chat(asked('hi', { model: 'two' }), { key });
    assert.equal(elsewhere.headers.get('x-tollgate-target'), 'openai/cheap');
    await elsewhere.text();
    const metrics = await (await fetch(`${gateway.operatorUrl}/metrics`)).text();
    assert.match(metrics, /tollgate_bound_exceeded_total\{provider="openrouter",model="dear"\} 1/);
    const unbudgeted = await gateway.chat(asked('hi'));
    assert.equal(unbudgeted.status, 200, 'others may go on');
    await unbudgeted.text();
  });
});

describe('a soft budget', () => {
  it('gives a call no cap, bounds nothing, and refuses nothing', async () => {
    const { key } = await gateway.createKey({ budgets: [soft('0.000001')] });
    const response = await gateway.chat(asked('hi', { max_tokens: undefined, a_field_of_tomorrow: 1 }), { key });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('x-tollgate-output-cap'), null);
    await response.text();
    assert.deepEqual(sentCaps(), [undefined]);
  });

  it('holds what such calls turned out to need, which the estimate ratio shows', async () => {
    const { key, record } = await gateway.createKey({ budgets: [soft('1')] });
    for (let calls = 0; calls < 20; calls += 1) await (await gateway.chat(asked('[[words:20]]'), { key })).text();
    simulator.pace({ first_content_ms: 200 });
    const held = gateway.chat(asked('[[words:20]]'), { key });
    await simulator.waitForCallsBegun(21);
    const current = { id: currentDay(), endsAtMs: undefined };
    const [standing] = await gateway.store.admission.standings(record.shard, [
      {
        kind: 'key',
        id: record.scopeId,
        limits: { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrency: undefined },
        budgets: [{ capNanoUsd: 1n, hard: false, current, next: undefined }],
      },
    ]);
    simulator.pace({ first_content_ms: 0 });
    const reserved = standing?.budgets[0]?.reservedNanoUsd ?? 0n;
    assert.ok(reserved > 0n && reserved < nano('0.001'), `${reserved}, where the cap alone would be 8 mUSD`);
    await (await held).text();
    const metrics = await (await fetch(`${gateway.operatorUrl}/metrics`)).text();
    assert.match(metrics, /tollgate_estimate_ratio_count\{of="cost"\} 2\d/);
  });
});

const currentDay = (): string => `day:${new Date().toISOString().slice(0, 10)}@UTC`;
