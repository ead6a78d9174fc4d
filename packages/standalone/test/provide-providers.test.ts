import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { loadConfig } from '@tollgate/config';
import { provideProviders } from '../src/provide-providers.ts';

const shippedConfig = join(import.meta.dirname, '../../../config.yaml');

async function configFile(t: TestContext, text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-providers-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'config.yaml'), text);
  return join(directory, 'config.yaml');
}

test('without a provider key every provider of the shipped config is the simulator', async (t) => {
  const provided = await provideProviders({ variables: {}, configPath: shippedConfig });
  t.after(() => provided.stop());
  const { providers } = loadConfig({ path: shippedConfig, environment: provided.variables });
  for (const { name, usable, baseUrl } of providers.values()) {
    assert.ok(usable, name);
    assert.match(baseUrl ?? '', /^http:\/\/127\.0\.0\.1:\d+\//, name);
  }
  assert.match(provided.description, /simulator/);
});

test('with a provider key nothing is simulated', async () => {
  const variables = { ANTHROPIC_API_KEY: 'a key' };
  const provided = await provideProviders({ variables, configPath: shippedConfig });
  assert.equal(provided.variables, variables);
});

test('a config that reads none of the keys is refused, with what to set', async (t) => {
  const configPath = await configFile(t, 'version: 1\nproviders: { mine: { type: openai, api_key: "${MY_KEY:-}" } }\n');
  await assert.rejects(provideProviders({ variables: {}, configPath }), /no provider with a key.*OPENROUTER_API_KEY/);
});
