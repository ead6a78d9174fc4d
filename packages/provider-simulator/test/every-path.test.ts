import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tollgate/core';
import type { ProviderSimulator } from '../src/index.ts';
import type { Route } from '../src/providers/route.ts';
import { routes } from '../src/providers/routes.ts';
import { send, startFor, textAt, type Received } from './simulated-call.ts';

const messages = [{ role: 'user', content: 'good day' }];
const query = { query: 'toll', documents: ['a toll'] };

/** What the base path makes of a model's name. */
function modelOf(path: string): string {
  if (path.startsWith('/openrouter')) return 'anthropic/claude-haiku-4.5';
  if (path.startsWith('/anthropic')) return 'claude-haiku-4-5';
  if (path.endsWith('/translations')) return 'whisper-1';
  return path.startsWith('/gemini') ? 'gemini-2.5-flash' : 'gpt-4o-mini';
}

/** A right body, by what the ledger calls the endpoint. */
const bodies: Readonly<Record<string, JsonObject>> = {
  chat_completions: { messages },
  completions: { prompt: 'good day', model: 'vendor/instruct' },
  responses: { input: 'good day' },
  messages: { messages, max_tokens: 50 },
  count_tokens: { messages },
  embeddings: { input: 'good day' },
  moderations: { input: 'good day' },
  images: { prompt: 'a gate', model: 'gpt-image-1' },
  speech: { input: 'good day', voice: 'alloy', model: 'tts-1' },
  rerank: query,
};

const content = { parts: [{ text: 'good day' }] };
const geminiBody = { contents: [content] };

function bodyOf({ path, endpoint: { name } }: Route): JsonObject {
  if (path.includes('mbedContent')) return path.includes('batch') ? { requests: [{ content }] } : { content };
  if (path.startsWith('/gemini')) return geminiBody;
  const body = { model: modelOf(path), ...bodies[name] };
  return name === 'completions' && path.startsWith('/openai') ? { ...body, model: 'gpt-3.5-turbo-instruct' } : body;
}

async function uploaded(): Promise<{ readonly type: string; readonly body: Buffer }> {
  const form = new FormData();
  form.set('model', 'whisper-1');
  form.set('file', new File([new Uint8Array(32_000)], 'said.mp3'));
  const response = new Response(form);
  return { type: response.headers.get('content-type') ?? '', body: Buffer.from(await response.arrayBuffer()) };
}

async function call(simulator: ProviderSimulator, route: Route, id: string): Promise<Received> {
  const path = route.path.replace('{version}', 'v1beta').replace('{model}', modelOf(route.path)).replace('{id}', id);
  const form = route.endpoint.takes === 'form' ? await uploaded() : undefined;
  const none = route.endpoint.takes === 'none';
  return send(simulator, {
    method: route.method,
    path: path.includes('/deployments/') ? `${path}?api-version=2024-10-21` : path,
    headers: { 'content-type': form?.type ?? 'application/json', 'anthropic-version': '2023-06-01' },
    ...(none ? {} : { body: form?.body ?? JSON.stringify(bodyOf(route)) }),
  });
}

for (const route of routes) {
  test(`${route.method} ${route.path} answers, is in the ledger by its name, and meets faults`, async (t) => {
    const simulator = await startFor(t);
    const body = JSON.stringify({ model: 'gpt-4o-mini', input: 'good day', background: true });
    const base = route.path.startsWith('/azure') ? '/azure/openai/v1' : '/openai/v1';
    const kept = await send(simulator, { path: `${base}/responses`, body });
    await simulator.waitForCalls(1);
    const id = textAt(kept.body, 'id');
    simulator.faults.arm({ fault: '503', endpoint: route.endpoint.name, times: 1 });
    assert.equal((await call(simulator, route, id)).status, 503);
    const answered = await call(simulator, route, id);
    assert.equal(answered.status, 200, answered.body);
    await simulator.waitForCalls(3);
    const [, failed, charged] = simulator.ledger();
    assert.deepEqual([failed?.endpoint, failed?.fault, failed?.costNanoUsd], [route.endpoint.name, '503', 0n]);
    assert.deepEqual([charged?.endpoint, charged?.fault], [route.endpoint.name, null]);
  });
}
