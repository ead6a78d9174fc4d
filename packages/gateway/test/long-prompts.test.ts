import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { signedPrompt, startCheckingUpstream, type Manner } from './support/checking-upstream.ts';
import { Dice } from './support/dice.ts';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;
const dice = new Dice(20261126);
const manners: readonly Manner[] = ['reads', 'reads', 'reads slowly', 'answers early', 'refuses', 'breaks off'];
let upstream: Awaited<ReturnType<typeof startCheckingUpstream>>;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
  upstream = await startCheckingUpstream(() => dice.pick(manners));
  const config = simulatorConfig(simulator.url)
    .replace('models:', `  checked: { type: openai-compatible, base_url: "${upstream.url}/v1" }\nmodels:`)
    .replace(
      'routing:',
      `  as-it-is: { targets: [ { provider: checked, model: as-it-is } ] }
  renamed: { targets: [ { provider: checked, model: other } ] }
routing:`,
    );
  gateway = await startTestGateway({ config });
});

after(async () => {
  await gateway.stop();
  upstream.stop();
  await simulator.stop();
});

/** More than anything is kept for that is not long. */
const longText = '[[words:12]] '.padEnd(200_000, 'word ');

const bodies = {
  'chat/completions': { messages: [{ role: 'user', content: longText }], max_tokens: 100 },
  messages: { messages: [{ role: 'user', content: longText }], max_tokens: 100 },
  responses: { input: longText, max_output_tokens: 100 },
};

const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
  fetch(`${gateway.url}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });

for (const [path, body] of Object.entries(bodies)) {
  for (const model of ['sim-openrouter', 'sim-openai', 'sim-anthropic']) {
    test(`a long prompt to ${path} for ${model} is answered to its end, streamed and whole`, async () => {
      for (const stream of [true, false]) {
        const response = await post(path, { ...body, model, stream });
        const text = await response.text();
        assert.equal(response.status, 200, text);
        const line = await gateway.requestLine(response);
        assert.equal(line['outcome'], 'completed');
        assert.equal(line['usage_source'] ?? 'provider', 'provider');
      }
    });
  }
}

test('a long prompt that reaches a provider is whole, whoever leaves meanwhile', async () => {
  const leaving = async (model: string): Promise<void> => {
    const content = signedPrompt(100_000 + dice.below(900_000), dice.pick(['word,', 'wörter;', 'x']));
    const client = new AbortController();
    const leaves = dice.chance(0.3);
    const timer = setTimeout(() => client.abort(), leaves ? dice.below(30) : 10_000);
    const body = { model, stream: true, messages: [{ role: 'user', content }], max_tokens: 100 };
    try {
      await (await post('chat/completions', body, client.signal)).text();
    } catch (error) {
      if (!client.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
    }
  };
  const callers = Array.from({ length: 8 }, async () => {
    for (let made = 0; made < 25; made += 1) await leaving(dice.pick(['as-it-is', 'renamed']));
  });
  await Promise.all(callers);
  assert.ok(upstream.arrived.whole > 50);
  assert.equal(upstream.arrived.spoilt, 0);
});
