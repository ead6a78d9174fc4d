import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@tollgate/core';
import { createProviders, type ProviderSpec, type ProviderType } from '../src/index.ts';
import { wholeAnswer } from './support/chat-answers.ts';
import { providerRequest } from './support/provider-request.ts';
import { RecordedAnswer } from './support/record-answer.ts';
import { serveHttp } from './support/serve.ts';

const create = (...specs: ProviderSpec[]) => createProviders(specs, { clock: systemClock });

/** Where each type asks for a chat completion, and whether its address is known. */
const kinds: {
  readonly [Type in ProviderType]: { readonly type: Type; readonly path: string; readonly isVendor: boolean };
} = {
  openrouter: { type: 'openrouter', path: '/chat/completions', isVendor: true },
  openai: { type: 'openai', path: '/chat/completions', isVendor: true },
  anthropic: { type: 'anthropic', path: '/v1/messages', isVendor: true },
  gemini: { type: 'gemini', path: '/models/m:generateContent', isVendor: true },
  azure: { type: 'azure', path: '/chat/completions', isVendor: false },
  'openai-compatible': { type: 'openai-compatible', path: '/chat/completions', isVendor: false },
};

test('each provider speaks its protocol at its own address', async (context) => {
  const asked: (string | undefined)[] = [];
  const origin = await serveHttp(context, (request, response) => {
    asked.push(request.url);
    response.end(wholeAnswer);
  });
  for (const { type, path } of Object.values(kinds)) {
    const provider = create({ name: type, type, baseUrl: `${origin}/${type}/` }).get(type);
    assert.ok(provider);
    const answer = new RecordedAnswer();
    provider.send(providerRequest(), answer);
    await answer.over();
    await provider.close();
    assert.equal(asked.at(-1), `/${type}${path}`);
  }
});

test('vendors need no address', async () => {
  for (const { type, isVendor } of Object.values(kinds)) {
    const open = () => create({ name: type, type, baseUrl: undefined });
    if (isVendor) await open().get(type)?.close();
    else assert.throws(open, /needs a base_url/);
  }
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
