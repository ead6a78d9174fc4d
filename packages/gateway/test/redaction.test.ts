import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { startRedis, type PrivateRedis } from '@tollgate/testkit';
import { admin, startNodeProcess, testAdminToken, type NodeProcess } from './support/node-process.ts';
import { simulatorConfig } from './support/simulator-config.ts';

let simulator: ProviderSimulator;
let redis: PrivateRedis;
let node: NodeProcess;

before(async () => {
  [simulator, redis] = await Promise.all([startProviderSimulator({ port: 0 }), startRedis()]);
  node = await startNodeProcess({
    config: simulatorConfig(simulator.url, { logging: '{ level: debug }' }),
    redisUrl: redis.url,
  });
});

after(async () => {
  await node.stop();
  await redis.stop();
  await simulator.stop();
});

describe('everything that a run printed, answered and measured', () => {
  it('holds none of the secrets that it used, whatever went wrong', async () => {
    await admin(node, 'POST /tenants', { name: 'acme', tier: 'pro' });
    const { key } = (await admin(node, 'POST /tenants/acme/keys', { name: 'a', tier: 'pro' })) as { key: string };
    const prompt = 'a-prompt-that-nobody-may-log';
    const seen: string[] = [];
    const send = async (authorization: string, body: string, headers: Record<string, string> = {}): Promise<void> => {
      const response = await fetch(`${node.url}/v1/chat/completions?key=${encodeURIComponent(authorization)}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body,
      });
      const answered = await response.text();
      if (response.status >= 400) seen.push(JSON.stringify([...response.headers]), answered);
    };
    const chat = (model: string, directive: string): string =>
      JSON.stringify({ model, messages: [{ role: 'user', content: `${directive} ${prompt}` }] });

    const models = ['sim-openai', 'sim-openrouter', 'sim-anthropic', 'sim-local'];
    const faults = ['', '401', '403', '402', '429', '400', '500', 'html', 'malformed_json', 'reset_before_headers'];
    for (const model of models) {
      for (const fault of faults) await send(`Bearer ${key}`, chat(model, fault === '' ? '' : `[[fault:${fault}]]`));
    }
    const wrongKey = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`;
    await send(`Bearer ${wrongKey}`, chat('sim-openai', ''));
    await send(`Basic ${key}`, chat('sim-openai', ''));
    await send(`Bearer ${key}`, `{"model":"${key}","messages":[${prompt}`);
    await send(`Bearer ${key}`, chat('sim-openai', ''), { 'x-request-id': key, 'x-tollgate-tags': key });
    seen.push(await (await fetch(`${node.operatorUrl}/metrics`)).text());
    seen.push(
      await (await fetch(`${node.operatorUrl}/admin/v1/tenants`, { headers: { authorization: 'Bearer no' } })).text(),
    );
    node.signal('SIGTERM');
    assert.equal(await node.exited, 0);

    const secrets = {
      'the gateway key': key,
      'a mistyped gateway key': wrongKey,
      'the admin token': testAdminToken,
      'the pepper': 'pepper-of-the-tests-0123456789',
      "OpenRouter's key": 'sk-or-simulated-key',
      "OpenAI's key": 'sk-simulated-key',
      "Anthropic's key": 'sk-ant-simulated-key',
      'the prompt': prompt,
    };
    const printed = node.printed();
    assert.ok(printed.split('\n').length > 40, 'the run left a log');
    for (const [name, secret] of Object.entries(secrets)) {
      assert.ok(!printed.includes(secret), `${name} stands in the log`);
      assert.ok(!seen.join('\n').includes(secret), `${name} stands in an error or a metric`);
    }
  });
});
