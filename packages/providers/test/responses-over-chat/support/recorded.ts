import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTranscripts, type Exchange } from '@tollgate/provider-simulator';
import { ManualClock } from '@tollgate/testkit';
import { createAnthropicAdapter } from '../../../src/anthropic/adapter.ts';
import type { Adapter } from '../../../src/base/adapter.ts';
import { overChat } from '../../../src/base/over-chat.ts';
import { createChatOverResponses } from '../../../src/chat-over-responses/adapter.ts';
import { openaiCompatibleAdapter, plainDialect } from '../../../src/openai-compatible/adapter.ts';
import { openrouterAdapter } from '../../../src/openrouter/adapter.ts';
import { responsesOverChat } from '../../../src/responses-over-chat/protocol.ts';

const folder = process.env['TOLLGATE_WIRE_DIR'];
/** Why tests over recordings are left out, where they are. */
export const skip = folder === undefined && 'TOLLGATE_WIRE_DIR is not set';

const clock = new ManualClock();

/** What speaks the recorded protocol, asked for chat completions. */
export const chatAdapters = {
  openai: openaiCompatibleAdapter,
  openrouter: openrouterAdapter,
  anthropic: createAnthropicAdapter({ clock }),
  responses: createChatOverResponses(plainDialect),
} as const;

/** The same, asked by the Responses API. */
export const overResponses = (chat: Adapter): Adapter => overChat(chat, responsesOverChat, { clock });

const numbers: Readonly<Record<keyof typeof chatAdapters, readonly number[]>> = {
  openai: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
  openrouter: [43, 44, 45, 46, 47, 48, 49, 50, 53],
  anthropic: [26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39],
  responses: [17, 19, 20, 21, 22, 23, 24, 51],
};

export interface Recorded {
  readonly name: string;
  readonly chat: Adapter;
  readonly exchanges: readonly Exchange[];
}

/** Every recorded exchange that can be had as a chat completion. */
export function recordedAnswers(): readonly Recorded[] {
  if (folder === undefined) return [];
  const files = readdirSync(folder);
  return (Object.keys(numbers) as (keyof typeof numbers)[]).flatMap((kind) =>
    numbers[kind].map((number) => {
      const name = files.find((file) => file.startsWith(`${String(number).padStart(2, '0')}-`));
      assert.ok(name, `no transcript ${number}`);
      return { name, chat: chatAdapters[kind], exchanges: readTranscripts(join(folder, name)) };
    }),
  );
}

/** A trimmed recording lacks the blank line behind its last event. */
export const bodyOf = ({ response: { body } }: Exchange): Buffer =>
  body.toString('utf8').endsWith('[DONE]\n') ? Buffer.concat([body, Buffer.from('\n')]) : body;

export const isStream = (body: Buffer): boolean => body.includes('data: ');
