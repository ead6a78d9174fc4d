import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
});

after(() => simulator.stop());

const hello = { model: 'sim-openai', messages: [{ role: 'user', content: 'hi' }] };

describe('a node that is told to stop', () => {
  it('is not ready but still takes requests for drain_delay_seconds, and then takes none', async () => {
    const gateway = await startTestGateway({
      config: simulatorConfig(simulator.url, { server: '{ drain_delay_seconds: 1 }' }),
    });
    const stopped = gateway.stop();
    for (const url of [gateway.url, gateway.operatorUrl]) {
      const readiness = await fetch(`${url}/readyz`);
      assert.equal(readiness.status, 503);
      assert.deepEqual(await readiness.json(), { status: 'not ready', accepting: false, store: true });
    }
    const answer = await gateway.chat(hello);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('connection'), 'close');
    await answer.arrayBuffer();
    await stopped;
    await assert.rejects(gateway.chat(hello));
  });

  it('ends at once and in order while it still waits for Redis', async () => {
    const deafRedis = createServer().listen(0, '127.0.0.1');
    await once(deafRedis, 'listening');
    const { port } = deafRedis.address() as { port: number };
    const child = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
      env: {
        PATH: process.env['PATH'],
        TOLLGATE_CONFIG: join(import.meta.dirname, '../../../config.yaml'),
        TOLLGATE_KEY_PEPPERS: 'v1:pepper-of-the-tests-0123456789',
        TOLLGATE_ADMIN_TOKEN: 'admin-token-of-the-tests-0123456789',
        OPENAI_API_KEY: 'unused',
        REDIS_URL: `redis://127.0.0.1:${port}`,
      },
      stdio: 'ignore',
    });
    const [socket] = await once(deafRedis, 'connection');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    socket.destroy();
    deafRedis.close();
  });
});
