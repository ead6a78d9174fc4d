import { startProviderSimulator } from '@tollgate/provider-simulator';
import type { JsonObject } from '@tollgate/core';
import { chatProtocol } from '../compatibility/chat-features.ts';
import { messagesProtocol } from '../compatibility/messages-features.ts';
import { probedKinds } from '../compatibility/provider-kinds.ts';
import { responsesProtocol } from '../compatibility/responses-features.ts';
import type { WholeAnswer } from './spoil-answer.ts';

/** The last part of a path, by which answers are chosen: `completions`, `responses`, `messages`, `embeddings`, … */
export const basePathOf = (path: string): string => path.split('?')[0]?.split('/').at(-1) ?? '';

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
  try {
    for (const { path, body } of asked()) {
      const response = await fetch(simulator.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer sk', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify(body),
      });
      const answer = Buffer.from(await response.arrayBuffer());
      if (response.status !== 200) continue;
      const contentType = response.headers.get('content-type') ?? '';
      const sameEnd = found.get(basePathOf(path)) ?? [];
      found.set(basePathOf(path), [...sameEnd, { contentType, body: answer }]);
    }
  } finally {
    await simulator.stop();
  }
  return found;
}

function* asked(): Generator<{ readonly path: string; readonly body: JsonObject }> {
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
  const openai = '/openai/v1';
  yield { path: `${openai}/embeddings`, body: { model: 'text-embedding-3-small', input: 'hello' } };
  yield { path: `${openai}/completions`, body: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello' } };
  yield { path: `${openai}/completions`, body: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello', stream: true } };
  yield { path: `${openai}/moderations`, body: { model: 'omni-moderation-latest', input: 'hello' } };
  yield { path: `${openai}/images/generations`, body: { model: 'gpt-image-1', prompt: 'a cat' } };
  yield { path: `${openai}/audio/speech`, body: { model: 'tts-1', input: 'hello', voice: 'alloy' } };
}
