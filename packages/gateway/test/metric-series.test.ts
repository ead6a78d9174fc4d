import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const keyCount = 2_000;
const messages = [{ role: 'user', content: 'hi' }];

/** Names and labels of all series of a scrape. */
async function series(gateway: TestGateway): Promise<readonly string[]> {
  const text = await (await fetch(`${gateway.operatorUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  // Node's own name what the process holds open at the moment, by kind.
  return lines.map((line) => line.slice(0, line.lastIndexOf(' '))).filter((name) => name.startsWith('tollgate_'));
}

test(`${keyCount} keys of many tenants, with users and models of their own choice, add no series`, async () => {
  const simulator = await startProviderSimulator({ port: 0 });
  const gateway = await startTestGateway({ config: simulatorConfig(simulator.url) });
  const send = async (key: string, index: number): Promise<void> => {
    const model = index % 2 === 0 ? 'sim-openai' : `made-up-${index}`;
    const response = await gateway.chat({ model, messages, user: `user-${index}` }, { key });
    await response.text();
  };
  try {
    await send(gateway.key, 0);
    await send(gateway.key, 1);
    const before = await series(gateway);
    for (let index = 0; index < keyCount; index += 10) {
      const batch = Array.from({ length: 10 }, (_, offset) => index + offset);
      await Promise.all(
        batch.map(async (each) => {
          const { key } = await gateway.createKey({ tenant: `tenant-${each % 100}` });
          await send(key, each);
        }),
      );
    }
    assert.deepEqual((await series(gateway)).toSorted(), before.toSorted());
  } finally {
    await gateway.stop();
    await simulator.stop();
  }
});
