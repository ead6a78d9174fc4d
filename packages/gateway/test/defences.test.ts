import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { mintGatewayKey, shardOfTenant, systemClock } from '@tollgate/core';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { createMemoryStore } from '@tollgate/store';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
});

afterEach(async () => {
  simulator.faults.disarm();
  await gateway.stop();
});

after(() => simulator.stop());

const hello = { model: 'sim-openai', messages: [{ role: 'user', content: 'hello' }] };

/** A store in memory that counts how often it is asked who a key is. */
function countingStore() {
  const store = createMemoryStore({ clock: systemClock });
  const identify = mock.method(store.keys, 'identify');
  return { store, asked: () => identify.mock.callCount() };
}

describe('failed authentications', () => {
  const guess = () => mintGatewayKey(shardOfTenant('acme')).text;
  const statusWith = async (key: string, headers: Record<string, string> = {}): Promise<number> => {
    const response = await gateway.chat(hello, { key, headers });
    await response.arrayBuffer();
    return response.status;
  };

  it('close the door to an address before the store is asked, but not to keys that are known', async () => {
    const counting = countingStore();
    gateway = await startTestGateway({
      store: counting.store,
      config: simulatorConfig(simulator.url, { server: '{ failed_authentications: { per_minute: 3 } }' }),
    });
    assert.equal(await statusWith(gateway.key), 200);
    const { key: unseen } = await gateway.createKey();
    for (let times = 0; times < 3; times += 1) assert.equal(await statusWith(guess()), 401);
    const asked = counting.asked();
    const refused = await gateway.chat(hello, { key: guess() });
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    assert.match(await refused.text(), /too_many_failed_authentications/);
    assert.equal(await statusWith(unseen), 429);
    assert.equal(counting.asked(), asked);
    assert.equal(await statusWith(gateway.key), 200);
  });

  it('cannot be shifted to another address by a header that no trusted proxy wrote', async () => {
    gateway = await startTestGateway({
      config: simulatorConfig(simulator.url, { server: '{ failed_authentications: { per_minute: 2 } }' }),
    });
    for (const hop of ['1.1.1.1', '2.2.2.2']) {
      assert.equal(await statusWith(guess(), { 'x-forwarded-for': hop }), 401);
    }
    assert.equal(await statusWith(guess(), { 'x-forwarded-for': '3.3.3.3' }), 429);
  });

  it('count by the address that a trusted proxy reports', async () => {
    gateway = await startTestGateway({
      config: simulatorConfig(simulator.url, {
        server: '{ failed_authentications: { per_minute: 1 }, trusted_proxies: ["127.0.0.0/8", "::1"] }',
      }),
    });
    assert.equal(await statusWith(guess(), { 'x-forwarded-for': '198.51.100.1' }), 401);
    assert.equal(await statusWith(guess(), { 'x-forwarded-for': '198.51.100.1' }), 429);
    assert.equal(await statusWith(guess(), { 'x-forwarded-for': '198.51.100.2' }), 401);
  });

  it('are asked of the store once for a key that is tried again within seconds', async () => {
    const counting = countingStore();
    gateway = await startTestGateway({ store: counting.store, config: simulatorConfig(simulator.url) });
    const wrong = guess();
    for (let times = 0; times < 5; times += 1) assert.equal(await statusWith(wrong), 401);
    assert.equal(counting.asked(), 1);
  });
});

describe('a provider with two credentials', () => {
  const providers = () => `
  openai: { type: openai, base_url: "${simulator.url}/openai/v1", credentials: [ { name: a, api_key: sk-first-simulated }, { name: b, api_key: sk-second-simulated } ] }`;
  const sections = () => ({
    providers: providers(),
    models: '{ sim-openai: { targets: [ { provider: openai, model: gpt-4o-mini } ] } }',
    pricing: '{}',
  });
  const gauge = async (): Promise<string> => (await fetch(`${gateway.operatorUrl}/metrics`)).text();

  for (const fault of ['quota', '401', '402']) {
    it(`goes on with the second when the first is answered ${fault}, and shows the first as set aside`, async () => {
      gateway = await startTestGateway({ config: simulatorConfig(simulator.url, sections()) });
      simulator.faults.arm({ fault, credential: 'ated', times: 1 });
      const response = await gateway.chat(hello);
      assert.equal(response.status, 200, await response.text());
      const line = await gateway.requestLine(response);
      assert.equal(line['attempts'], 2);
      assert.equal(line['fallbacks'], 0);
      assert.match(await gauge(), /tollgate_credential_disabled\{provider="openai",credential="a"\} 1/);
      const again = await gateway.chat(hello);
      await again.text();
      assert.equal(again.headers.get('x-tollgate-attempts'), '1');
    });
  }
});

describe('health', () => {
  it('is on both ports; metrics and the admin API are on the operator port alone, behind the token', async () => {
    gateway = await startTestGateway({ config: simulatorConfig(simulator.url) });
    for (const url of [gateway.url, gateway.operatorUrl]) {
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
      assert.deepEqual(await (await fetch(`${url}/readyz`)).json(), { status: 'ready', accepting: true, store: true });
    }
    const tenants = `${gateway.operatorUrl}/admin/v1/tenants`;
    assert.equal((await fetch(tenants)).status, 401);
    assert.equal((await fetch(tenants, { headers: { authorization: `Bearer ${gateway.key}` } })).status, 401);
    assert.equal((await fetch(tenants, { headers: { authorization: `Bearer ${gateway.adminToken}` } })).status, 200);
  });
});
