import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { systemClock, type Endpoint, type Protocol } from '@tollgate/core';
import { createProviders, type ProviderType } from '@tollgate/providers';
import { keptResponsePaths, servedCalls } from '../src/calls/served-calls.ts';
import { nodePages } from '../src/server/public-app.ts';

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `((?:GET|POST|DELETE) [^`]+)` +\|[^|]*\| ([^|]*?) +\|$/gm)].map(
  ([, call = '', servedBy = '']) => ({ call, servedBy }),
);

it('docs/api.md lists every path that a node serves to callers, and no other', () => {
  const served = [
    ...servedCalls.map(({ path }) => `POST ${path}`),
    ...keptResponsePaths.map(([method, path]) => `${method.toUpperCase()} ${path.replace(':id', '{id}')}`),
    ...nodePages.map((path) => `GET ${path.replace('*name', '{name}')}`),
  ];
  assert.deepEqual(rows.map(({ call }) => call).toSorted(), served.toSorted());
});

/** Every kind, so that a new one has to be written here. */
const kinds: Readonly<Record<ProviderType, true>> = {
  openrouter: true,
  openai: true,
  anthropic: true,
  gemini: true,
  azure: true,
  'openai-compatible': true,
};

const protocolOf = (endpoint: Endpoint): Protocol => {
  assert.ok(endpoint !== 'models' && endpoint !== 'key', 'the node answers these by itself');
  if (endpoint === 'chat_completions') return 'openai_chat';
  if (endpoint === 'responses') return 'openai_responses';
  return endpoint === 'messages' ? 'anthropic_messages' : endpoint;
};

it('docs/api.md names the kinds of provider that serve each endpoint', () => {
  const specs = Object.keys(kinds).map((type) => ({
    name: type,
    type: type as ProviderType,
    baseUrl: 'http://127.0.0.1:1',
  }));
  const providers = createProviders(specs, { clock: systemClock });
  const documented = new Map(rows.map(({ call, servedBy }) => [call, servedBy]));
  const asked: readonly (readonly [call: string, protocol: Protocol])[] = [
    ...servedCalls.map(({ path, endpoint }) => [`POST ${path}`, protocolOf(endpoint)] as const),
    ...keptResponsePaths.map(
      ([method, path]) => [`${method.toUpperCase()} ${path.replace(':id', '{id}')}`, 'stored_responses'] as const,
    ),
  ];
  for (const [call, protocol] of asked) {
    const serving = [...providers.values()].filter((provider) => provider.serves(protocol)).map(({ name }) => name);
    const said = documented.get(call) ?? '';
    const named =
      said === 'every kind of provider'
        ? Object.keys(kinds)
        : Array.from(said.matchAll(/`([\w-]+)`/g), ([, name]) => name);
    assert.deepEqual(new Set(named), new Set(serving), call);
  }
});
