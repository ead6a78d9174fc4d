import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
  gateway = await startTestGateway({ config: simulatorConfig(simulator.url) });
});

after(async () => {
  await simulator.stop();
  await gateway.stop();
});

const bodyOf = (content: string) => ({ model: 'sim-openai', messages: [{ role: 'user', content }] });

const send = (name: string, content: string, key = gateway.key) =>
  gateway.chat(bodyOf(content), { key, headers: { 'idempotency-key': name } });

async function errorOf(response: Response): Promise<{ status: number; code: unknown; message: string }> {
  const { error } = (await response.json()) as { error: { code: unknown; message: string } };
  return { status: response.status, code: error.code, message: error.message };
}

describe('a call with an Idempotency-Key', () => {
  it('is made once: a repeat is told how it ended, and costs nothing', async () => {
    const first = await send('once', 'hello');
    assert.equal(first.status, 200);
    await first.text();
    const billed = simulator.ledger().length;
    const repeat = await send('once', 'hello');
    assert.equal(repeat.headers.get('x-should-retry'), 'false');
    const { status, code, message } = await errorOf(repeat);
    assert.deepEqual([status, code], [409, 'call_already_made']);
    assert.match(message, new RegExp(`${first.headers.get('x-request-id')}\\): completed, status 200, cost \\$0\\.`));
    assert.equal(simulator.ledger().length, billed);
  });

  it('is made by one of those that race', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('race', 'hello')));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 409).length, 9);
  });

  it('may be tried again where it was refused before it was made', async () => {
    const { key } = await gateway.createKey({ limits: { requestsPerMinute: 0 } });
    assert.equal((await send('refused', 'hello', key)).status, 400);
    assert.equal((await send('refused', 'hello', key)).status, 400);
  });

  it('has a name of its own: another call of the same name is refused, one of another key is not', async () => {
    await (await send('mine', 'hello')).text();
    assert.deepEqual((await errorOf(await send('mine', 'something else'))).code, 'idempotency_key_reused');
    const { key } = await gateway.createKey();
    assert.equal((await send('mine', 'something else', key)).status, 200);
  });

  it('is refused where the name is none', async () => {
    assert.equal((await errorOf(await send('two words', 'hello'))).code, 'invalid_field');
  });
});
