import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import OpenAI, { NotFoundError } from 'openai';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let gateway: TestGateway;

before(async () => {
  gateway = await startTestGateway({ config: simulatorConfig('http://127.0.0.1:9') });
});
after(() => gateway.stop());

const clientOf = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
const namesOf = async (client: OpenAI): Promise<string[]> => (await client.models.list()).data.map(({ id }) => id);

describe('GET /v1/models', () => {
  it('lists the models that the key and its tiers may use, and no others', async () => {
    const all = await namesOf(clientOf(gateway.key));
    assert.ok(all.includes('sim-openai') && all.includes('sim-anthropic') && all.length === 5);
    const { key: ofOneModel } = await gateway.createKey({ models: ['sim-anthropic', 'sim-unknown'] });
    assert.deepEqual(await namesOf(clientOf(ofOneModel)), ['sim-anthropic']);
    const { key: free } = await gateway.createKey({ tier: 'free' });
    assert.deepEqual(await namesOf(clientOf(free)), ['sim-openai']);
  });

  it('tells context window and price, by what the first target costs and every target can take', async () => {
    const answer = await fetch(`${gateway.url}/v1/models/sim-local`, { headers: { 'x-api-key': gateway.key } });
    const { context_window, max_output_tokens, usd_per_million_tokens, owned_by, type } =
      (await answer.json()) as Record<string, unknown>;
    assert.deepEqual(
      { context_window, max_output_tokens, usd_per_million_tokens, owned_by, type },
      {
        context_window: 8192,
        max_output_tokens: 2048,
        usd_per_million_tokens: { input: '0', cache_read: '0', cache_write: '0', output: '0' },
        owned_by: 'local',
        type: 'model',
      },
    );
  });

  it('answers a name that the key may not use as one that does not exist', async () => {
    const { key } = await gateway.createKey({ models: ['sim-anthropic'] });
    await assert.rejects(clientOf(key).models.retrieve('sim-openai'), NotFoundError);
    await assert.rejects(clientOf(key).models.retrieve('org/none'), NotFoundError);
    assert.equal((await clientOf(key).models.retrieve('sim-anthropic')).id, 'sim-anthropic');
  });

  it('needs a key', async () => {
    assert.equal((await fetch(`${gateway.url}/v1/models`)).status, 401);
  });
});
