import { startProviderSimulator } from '@tollgate/provider-simulator';
import type { JsonObject } from '@tollgate/core';
import { chatProtocol } from '../compatibility/chat-features.ts';
import { messagesProtocol } from '../compatibility/messages-features.ts';
import { probedKinds } from '../compatibility/provider-kinds.ts';
import { responsesProtocol } from '../compatibility/responses-features.ts';
import type { WholeAnswer } from './spoil-answer.ts';

/** The last part of a path, by which answers are chosen: `completions`, `responses`, `messages`, `embeddings`, …; all ids are one. */
export const basePathOf = (path: string): string =>
  (path.split('?')[0]?.split('/').at(-1) ?? '').replace(/^resp_.*/, 'kept response');

const prompts = [
  'hello',
  '[[words:30]]',
  '[[tool:get_weather]] [[tool:get_time]]',
  '[[think:hard]] hello',
  '[[refuse]]',
];

/** What providers really answer, by the last part of the path: whole and streamed, with tools and without. */
export async function collectAnswers(): Promise<ReadonlyMap<string, readonly WholeAnswer[]>> {
  const simulator = await startProviderSimulator({ port: 0 });
  const found = new Map<string, WholeAnswer[]>();
  const note = async (path: string, init: RequestInit): Promise<void> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', 'Bearer sk');
    headers.set('anthropic-version', '2023-06-01');
    const response = await fetch(simulator.url + path, { ...init, headers });
    const answer = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return;
    const contentType = response.headers.get('content-type') ?? '';
    const sameEnd = found.get(basePathOf(path)) ?? [];
    found.set(basePathOf(path), [...sameEnd, { contentType, body: answer }]);
  };
  try {
    for (const { path, body } of asked()) await note(path, { method: 'POST', ...bodyOf(body) });
    for (const [method, path] of await keptPaths(simulator.url)) await note(path, { method });
  } finally {
    await simulator.stop();
  }
  return found;
}

const bodyOf = (body: JsonObject | FormData): RequestInit =>
  body instanceof FormData ? { body } : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };

/** Of a response that the simulator keeps; it is deleted last. */
async function keptPaths(simulatorUrl: string): Promise<readonly (readonly [method: string, path: string])[]> {
  const { body } = bodyOf({ model: 'gpt-4o-mini', input: 'hello' });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk' };
  const made = await fetch(`${simulatorUrl}/openai/v1/responses`, { method: 'POST', headers, body: body ?? null });
  const { id } = (await made.json()) as { id: string };
  const path = `/openai/v1/responses/${id}`;
  return [
    ['GET', path],
    ['GET', `${path}/input_items`],
    ['POST', `${path}/cancel`],
    ['DELETE', path],
  ];
}

function recording(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  form.set('file', new Blob([Buffer.alloc(4000)]), 'a.mp3');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

function* asked(): Generator<{ readonly path: string; readonly body: JsonObject | FormData }> {
  for (const { basePath, model } of probedKinds) {
    for (const { body, features, path } of [chatProtocol, responsesProtocol, messagesProtocol]) {
      const tools = features.find(({ name }) => name === 'tool call')?.fields ?? {};
      const own = basePath.endsWith('/v1') ? path.slice('/v1'.length) : path;
      for (const prompt of prompts) {
        for (const stream of [false, true]) {
          yield { path: basePath + own, body: { ...body(model, prompt), ...tools, ...(stream ? { stream } : {}) } };
        }
      }
    }
  }
  for (const prompt of prompts) {
    const body: JsonObject = {
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      tools: [{ functionDeclarations: [{ name: 'get_weather' }, { name: 'get_time' }] }],
    };
    const gemini = '/gemini/v1beta/models/gemini-3.6-flash';
    yield { path: `${gemini}:generateContent`, body };
    yield { path: `${gemini}:streamGenerateContent?alt=sse`, body };
  }
  const openai = '/openai/v1';
  yield { path: `${openai}/embeddings`, body: { model: 'text-embedding-3-small', input: 'hello' } };
  yield { path: `${openai}/completions`, body: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello' } };
  yield { path: `${openai}/completions`, body: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello', stream: true } };
  yield { path: `${openai}/moderations`, body: { model: 'omni-moderation-latest', input: 'hello' } };
  yield { path: `${openai}/images/generations`, body: { model: 'gpt-image-1', prompt: 'a cat' } };
  yield { path: `${openai}/audio/speech`, body: { model: 'tts-1', input: 'hello', voice: 'alloy' } };
  for (const format of ['json', 'text', 'verbose_json']) {
    const body = recording({ model: 'whisper-1', response_format: format, prompt: '[[say:hello]]' });
    yield { path: `${openai}/audio/transcriptions`, body };
    yield { path: `${openai}/audio/translations`, body };
  }
  yield {
    path: `${openai}/audio/transcriptions`,
    body: recording({ model: 'gpt-4o-transcribe', stream: 'true' }),
  };
}
