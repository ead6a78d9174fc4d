import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ManualClock } from '@tollgate/testkit';
import { createChatOverResponses } from '../../src/chat-over-responses/adapter.ts';
import { plainDialect } from '../../src/openai-compatible/adapter.ts';
import { providerKinds, type ProviderType } from '../../src/provider-kinds.ts';
import { testAdapter, type AdapterFixtures } from './adapter-conformance.ts';
import { anthropicFixtures } from './anthropic-fixtures.ts';
import { azureFixtures, compatibleFixtures, openaiFixtures, openrouterFixtures } from './chat-fixtures.ts';
import { geminiFixtures } from './gemini-fixtures.ts';
import { responsesFixtures } from './responses-fixtures.ts';

/** What each type of provider sends. */
const fixtures: Readonly<Record<ProviderType, AdapterFixtures>> = {
  openrouter: openrouterFixtures,
  openai: openaiFixtures,
  anthropic: anthropicFixtures,
  azure: azureFixtures,
  gemini: geminiFixtures,
  'openai-compatible': compatibleFixtures,
};

const tested: string[] = [];

for (const [type, kind] of Object.entries(providerKinds({ clock: new ManualClock() }))) {
  const sent = Object.entries(fixtures).find(([name]) => name === type)?.[1];
  assert.ok(sent !== undefined && kind.openai_chat !== undefined, `${type} has fixtures and speaks chat completions`);
  testAdapter(type, kind.openai_chat, sent);
  tested.push(type);
}

const dated = providerKinds({ clock: new ManualClock(), azureApiVersion: '2024-10-21' }).azure.openai_chat;
assert.ok(dated);
testAdapter('azure of a dated version', dated, azureFixtures);
testAdapter('chat over responses', createChatOverResponses(plainDialect), responsesFixtures);

test('every type of provider that config.yaml may name is held to what holds of all', async () => {
  const settings = await readFile(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const row = settings.split('\n').find((line) => line.includes('`providers.<name>.type`')) ?? '';
  const types = Array.from((row.split('|')[2] ?? '').matchAll(/`([^`]+)`/g), ([, name]) => name ?? '');
  assert.deepEqual(tested.toSorted(), types.toSorted());
});
