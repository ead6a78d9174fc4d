import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@tollgate/core';
import { createProviders, type ProviderSpec, type ProviderType } from '../src/index.ts';
import { wholeAnswer } from './support/chat-answers.ts';
import { providerRequest } from './support/provider-request.ts';
import { RecordedAnswer } from './support/record-answer.ts';
import { serveHttp } from './support/serve.ts';

const create = (...specs: ProviderSpec[]) => createProviders(specs, { clock: systemClock });

test('each provider speaks its protocol at its own address', async (context) => {
  const paths: (string | undefined)[] = [];
  const origin = await serveHttp(context, (request, response) => {
    paths.push(request.url);
    response.end(wholeAnswer);
  });
  const types: readonly ProviderType[] = ['openrouter', 'openai', 'openai-compatible', 'anthropic', 'azure', 'gemini'];
  const providers = create(...types.map((type) => ({ name: type, type, baseUrl: `${origin}/${type}/` })));
  for (const provider of providers.values()) {
    const answer = new RecordedAnswer();
    provider.send(providerRequest(), answer);
    await answer.over();
    await provider.close();
  }
  assert.deepEqual([...providers.keys()], types);
  assert.deepEqual(paths, [
    '/openrouter/chat/completions',
    '/openai/chat/completions',
    '/openai-compatible/chat/completions',
    '/anthropic/v1/messages',
    '/azure/chat/completions',
    '/gemini/models/m:generateContent',
  ]);
});

test('vendors need no address', async () => {
  const types: readonly ProviderType[] = ['openrouter', 'openai', 'anthropic', 'gemini'];
  const providers = create(...types.map((type) => ({ name: type, type, baseUrl: undefined })));
  assert.equal(providers.size, types.length);
  await Promise.all([...providers.values()].map((provider) => provider.close()));
});

test('a missing or wrong address is refused with the name of its provider', () => {
  for (const baseUrl of [undefined, 'localhost:11434', 'https://h/v1?x=1']) {
    assert.throws(() => create({ name: 'local', type: 'openai-compatible', baseUrl }), /^RangeError: provider local: /);
  }
});

test("Azure's dated versions have the deployment in the path, and a key in a header of its own", async (context) => {
  const seen: unknown[] = [];
  const origin = await serveHttp(context, (request, response) => {
    seen.push(request.url, request.headers['api-key'], request.headers.authorization);
    response.end(wholeAnswer);
  });
  const spec = { name: 'azure', type: 'azure', baseUrl: `${origin}/openai`, apiVersion: '2024-10-21' } as const;
  const provider = create(spec).get('azure');
  assert.ok(provider);
  context.after(() => provider.close());
  const answer = new RecordedAnswer();
  provider.send(providerRequest({ providerModel: '../gpt 4o', secret: 'k' }), answer);
  await answer.over();
  assert.deepEqual(seen, ['/openai/deployments/..%2Fgpt%204o/chat/completions?api-version=2024-10-21', 'k', undefined]);
});
