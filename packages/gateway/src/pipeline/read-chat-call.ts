import { GatewayError, isJsonArray, isJsonObject, type Call, type JsonBody, type JsonValue } from '@tollgate/core';

const maxModelLength = 256;
const maxChoices = 128;
const maxCapTokens = 10_000_000;

/** What admission and routing need of a chat completion; every other field is the provider's to judge. */
export function readChatCall(body: JsonBody): Call {
  const { value } = body;
  const model = readModel(value['model']);
  readMessages(value['messages']);
  const stream = readFlag(value['stream'], 'stream');
  return {
    endpoint: 'chat_completions',
    protocol: 'openai_chat',
    model,
    stream,
    wantsStreamUsage: readStreamOptions(value['stream_options'], stream),
    choices: readCount(value['n'], { param: 'n', most: maxChoices }) ?? 1,
    outputCapTokens: largest(
      readCount(value['max_completion_tokens'], { param: 'max_completion_tokens', most: maxCapTokens }),
      readCount(value['max_tokens'], { param: 'max_tokens', most: maxCapTokens }),
    ),
    serviceTier: readServiceTier(value['service_tier']),
    body,
  };
}

function readModel(model: JsonValue | undefined): string {
  if (model === undefined || model === null) {
    throw new GatewayError('missing_field', { message: '`model` is missing: name the model to use.', param: 'model' });
  }
  // It becomes part of headers and paths, so nothing may stand in it that means something there.
  if (typeof model !== 'string' || !/^[!-~]+$/.test(model) || model.length > maxModelLength) {
    throw invalid('model', `has to be a string of 1 to ${maxModelLength} printable characters without spaces`);
  }
  return model;
}

function readMessages(messages: JsonValue | undefined): void {
  if (messages === undefined || messages === null) {
    throw new GatewayError('missing_field', {
      message: '`messages` is missing: send at least one message.',
      param: 'messages',
    });
  }
  if (!isJsonArray(messages) || messages.length === 0) throw invalid('messages', 'has to be a non-empty array');
  messages.forEach((message, index) => {
    if (!isJsonObject(message)) throw invalid(`messages[${index}]`, 'has to be an object');
    if (typeof message['role'] !== 'string') throw invalid(`messages[${index}].role`, 'has to be a string');
  });
}

function readStreamOptions(options: JsonValue | undefined, stream: boolean): boolean {
  if (options === undefined || options === null) return false;
  if (!isJsonObject(options)) throw invalid('stream_options', 'has to be an object');
  const wantsUsage = readFlag(options['include_usage'], 'stream_options.include_usage');
  return stream && wantsUsage;
}

function readFlag(flag: JsonValue | undefined, param: string): boolean {
  if (flag === undefined || flag === null) return false;
  if (typeof flag !== 'boolean') throw invalid(param, 'has to be true or false');
  return flag;
}

function readServiceTier(tier: JsonValue | undefined): string | undefined {
  if (tier === undefined || tier === null) return undefined;
  if (typeof tier !== 'string') throw invalid('service_tier', 'has to be a string');
  return tier;
}

function readCount(count: JsonValue | undefined, { param, most }: { param: string; most: number }): number | undefined {
  if (count === undefined || count === null) return undefined;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > most) {
    throw invalid(param, `has to be a whole number from 1 to ${most}`);
  }
  return count;
}

const largest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

const invalid = (param: string, rule: string): GatewayError =>
  new GatewayError('invalid_field', { message: `\`${param}\` ${rule}.`, param });
