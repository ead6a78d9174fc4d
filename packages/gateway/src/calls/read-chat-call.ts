import { isJsonArray, isJsonObject, type Call, type JsonBody, type JsonValue } from '@tollgate/core';
import {
  invalid,
  isAbsent,
  missing,
  readCap,
  readCount,
  readFlag,
  readModel,
  readOptionalText,
} from './call-fields.ts';

const maxChoices = 128;

/** What admission and routing need of a chat completion; every other field is the provider's to judge. */
export function readChatCall(body: JsonBody): Call {
  const { outline: value } = body;
  const model = readModel(value['model']);
  assertTurns(value['messages']);
  const stream = readFlag(value['stream'], 'stream');
  return {
    endpoint: 'chat_completions',
    protocol: 'openai_chat',
    model,
    stream,
    wantsStreamUsage: readStreamOptions(value['stream_options'], stream),
    choices: readCount(value['n'], { param: 'n', most: maxChoices }) ?? 1,
    outputCapTokens: largest(readCap(value, 'max_completion_tokens'), readCap(value, 'max_tokens')),
    serviceTier: readOptionalText(value['service_tier'], 'service_tier'),
    body,
  };
}

/** Throws for `messages` that is no conversation at all, as chat completions and messages have it. */
export function assertTurns(messages: JsonValue | undefined): void {
  if (isAbsent(messages)) throw missing('messages', 'send at least one message');
  if (!isJsonArray(messages) || messages.length === 0) throw invalid('messages', 'has to be a non-empty array');
  messages.forEach((message, index) => {
    if (!isJsonObject(message)) throw invalid(`messages[${index}]`, 'has to be an object');
    if (typeof message['role'] !== 'string') throw invalid(`messages[${index}].role`, 'has to be a string');
  });
}

function readStreamOptions(options: JsonValue | undefined, stream: boolean): boolean {
  if (isAbsent(options)) return false;
  if (!isJsonObject(options)) throw invalid('stream_options', 'has to be an object');
  const wantsUsage = readFlag(options['include_usage'], 'stream_options.include_usage');
  return stream && wantsUsage;
}

const largest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);
