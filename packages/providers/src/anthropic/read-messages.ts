import { isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import { markLast, readCacheControl } from './cache-control.ts';
import {
  invalidField,
  isPresent,
  readArray,
  readObject,
  readOptionalArray,
  readOptionalBoolean,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import { replayThinking } from './reasoning-details.ts';
import { translateContent, translateText } from './translate-content.ts';
import { ToolUseIds, wireName } from './wire-names.ts';
import type { Block, CacheControl, InputBlock, TextBlock, ToolUseBlock } from './wire.ts';

/** A call of a tool: the caller's id and the one that Anthropic is shown. */
export interface ToolCallIds {
  readonly callerId: string;
  readonly wireId: string;
}

/** A message of the conversation, its content already in Anthropic's blocks, not yet arranged as turns. */
export type Entry =
  | { readonly role: 'system'; readonly blocks: readonly TextBlock[] }
  | { readonly role: 'user'; readonly blocks: readonly Block[] }
  | {
      readonly role: 'assistant';
      readonly blocks: readonly Block[];
      readonly calls: readonly ToolCallIds[];
      readonly param: string;
    }
  | {
      readonly role: 'tool';
      readonly callerId: string;
      readonly blocks: readonly InputBlock[];
      readonly mark: { readonly cache_control?: CacheControl; readonly is_error?: true };
      readonly param: string;
    };

/** Reads `messages`. Throws GatewayError naming the member at fault. */
export function readMessages(messages: JsonValue | undefined, providerModel: string): readonly Entry[] {
  const ids = new ToolUseIds();
  return readArray(messages, 'messages').map((value, index) => {
    const param = `messages[${index}]`;
    return readMessage(readObject(value, param), param, { ids, providerModel });
  });
}

interface Conversation {
  readonly ids: ToolUseIds;
  readonly providerModel: string;
}

function readMessage(message: JsonObject, param: string, conversation: Conversation): Entry {
  const role = readString(message['role'], `${param}.role`);
  const mark = readCacheControl(message, `${param}.`);
  const content = message['content'];
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', blocks: markLast(translateText(content, `${param}.content`), mark) };
    case 'user':
      return { role, blocks: markLast(translateContent(content, `${param}.content`), mark) };
    case 'assistant':
      return readAssistant(message, param, conversation);
    case 'tool':
      return readToolResult(message, param);
    case 'function':
      throw unsupportedField(`${param}.role`, 'is "function", which is no longer served: use `tools` and role "tool".');
    default:
      throw invalidField(`${param}.role`, 'has to be system, developer, user, assistant or tool.');
  }
}

/** Thinking has to open the turn, never to be all of it, and calls have to close it. */
function readAssistant(message: JsonObject, param: string, conversation: Conversation): Entry {
  for (const member of ['function_call', 'audio']) {
    if (isPresent(message[member])) throw unsupportedField(`${param}.${member}`, 'has no counterpart: leave it out.');
  }
  const refusal = readOptionalString(message['refusal'], `${param}.refusal`) ?? '';
  const calls = readToolCalls(message['tool_calls'], `${param}.tool_calls`, conversation.ids);
  const written = [
    ...translateText(message['content'], `${param}.content`),
    ...translateText(refusal, `${param}.refusal`),
    ...calls.map(({ block }) => block),
  ];
  const thinking = written.length === 0 ? [] : replayThinking(message, conversation.providerModel);
  return {
    role: 'assistant',
    blocks: [...thinking, ...markLast<Block>(written, readCacheControl(message, `${param}.`))],
    calls: calls.map(({ callerId, block }) => ({ callerId, wireId: block.id })),
    param,
  };
}

function readToolCalls(
  value: JsonValue | undefined,
  param: string,
  ids: ToolUseIds,
): readonly { readonly callerId: string; readonly block: ToolUseBlock }[] {
  const seen = new Set<string>();
  return readOptionalArray(value, param).map((item, index) => {
    const at = `${param}[${index}]`;
    const call = readObject(item, at);
    if ((call['type'] ?? 'function') !== 'function') {
      throw unsupportedField(`${at}.type`, 'has to be "function": other tools have no counterpart.');
    }
    const callerId = readString(call['id'], `${at}.id`);
    if (seen.has(callerId)) throw invalidField(`${at}.id`, 'stands twice in the message: ids of calls have to differ.');
    seen.add(callerId);
    const definition = readObject(call['function'], `${at}.function`);
    const block: ToolUseBlock = {
      type: 'tool_use',
      id: ids.take(callerId),
      name: wireName(readString(definition['name'], `${at}.function.name`)),
      input: parseArguments(readOptionalString(definition['arguments'], `${at}.function.arguments`) ?? ''),
      ...readCacheControl(call, `${at}.`),
    };
    return { callerId, block };
  });
}

/** A call that the output cap cut short is not JSON; it is kept as text, so that the conversation can go on. */
function parseArguments(text: string): JsonObject {
  const value = text.trim() === '' ? {} : tryParseJson(text);
  return isJsonObject(value) ? value : { raw_arguments: text };
}

/**
 * Breakpoints within a tool's result are not allowed; its last one stands for the whole result. That the tool
 * failed is said by `is_error`, which is ours.
 */
function readToolResult(message: JsonObject, param: string): Entry {
  const blocks = translateContent(message['content'], `${param}.content`);
  const isError = readOptionalBoolean(message['is_error'], `${param}.is_error`) ?? false;
  const last = blocks.findLast((block) => block.cache_control !== undefined)?.cache_control;
  return {
    role: 'tool',
    callerId: readString(message['tool_call_id'], `${param}.tool_call_id`),
    blocks: blocks.map(withoutMark),
    mark: {
      ...(last === undefined ? {} : { cache_control: last }),
      ...readCacheControl(message, `${param}.`),
      ...(isError ? { is_error: true } : {}),
    },
    param,
  };
}

function withoutMark(block: InputBlock): InputBlock {
  const { cache_control: _dropped, ...rest } = block;
  return rest;
}
