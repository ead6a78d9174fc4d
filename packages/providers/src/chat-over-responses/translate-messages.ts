import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readArray,
  readObject,
  readOptionalArray,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import { replayReasoning } from './replay-reasoning.ts';
import { translateContent, translateSaid } from './translate-content.ts';

export interface InputItems {
  readonly items: readonly JsonObject[];
  readonly dropped: readonly string[];
}

/** `messages` as items, in order. Throws GatewayError naming the member at fault. */
export function translateMessages(messages: JsonValue | undefined): InputItems {
  const customCalls = new Set<string>();
  const read = readArray(messages, 'messages').map((value, index) => readObject(value, `messages[${index}]`));
  return {
    items: read.flatMap((message, index) => translateMessage(message, `messages[${index}]`, customCalls)),
    dropped: lostOf(read),
  };
}

function translateMessage(message: JsonObject, param: string, customCalls: Set<string>): readonly JsonObject[] {
  const role = readString(message['role'], `${param}.role`);
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      return [{ type: 'message', role, content: translateContent(message['content'], `${param}.content`) }];
    case 'assistant':
      return translateAssistant(message, param, customCalls);
    case 'tool':
      return [translateResult(message, param, customCalls)];
    case 'function':
      throw unsupportedField(`${param}.role`, 'is "function", which is no longer served: use `tools` and role "tool".');
    default:
      throw invalidField(`${param}.role`, 'has to be system, developer, user, assistant or tool.');
  }
}

/** Reasoning has to stand before what it led to. */
function translateAssistant(message: JsonObject, param: string, customCalls: Set<string>): readonly JsonObject[] {
  for (const member of ['function_call', 'audio']) {
    if (isPresent(message[member])) throw unsupportedField(`${param}.${member}`, 'has no counterpart: leave it out.');
  }
  const refusal = readOptionalString(message['refusal'], `${param}.refusal`) ?? '';
  const content = [
    ...translateSaid(message['content'], `${param}.content`),
    ...(refusal === '' ? [] : [{ type: 'refusal', refusal }]),
  ];
  const calls = readOptionalArray(message['tool_calls'], `${param}.tool_calls`).map((value, index) => {
    const at = `${param}.tool_calls[${index}]`;
    return translateCall(readObject(value, at), at, customCalls);
  });
  const said = content.length === 0 ? [] : [{ type: 'message', role: 'assistant', content }];
  // Reasoning that nothing follows is refused.
  const reasoning = said.length + calls.length === 0 ? [] : replayReasoning(message['reasoning_details']);
  return [...reasoning, ...said, ...calls];
}

function translateCall(call: JsonObject, param: string, customCalls: Set<string>): JsonObject {
  const type = readOptionalString(call['type'], `${param}.type`) ?? 'function';
  const callId = readString(call['id'], `${param}.id`);
  if (type === 'custom') {
    const custom = readObject(call['custom'], `${param}.custom`);
    customCalls.add(callId);
    const name = readString(custom['name'], `${param}.custom.name`);
    return { type: 'custom_tool_call', call_id: callId, name, input: custom['input'] ?? '' };
  }
  if (type !== 'function') throw unsupportedField(`${param}.type`, 'has to be "function" or "custom".');
  const called = readObject(call['function'], `${param}.function`);
  const args = readOptionalString(called['arguments'], `${param}.function.arguments`) ?? '';
  const name = readString(called['name'], `${param}.function.name`);
  return { type: 'function_call', call_id: callId, name, arguments: args };
}

function translateResult(message: JsonObject, param: string, customCalls: ReadonlySet<string>): JsonObject {
  const callId = readString(message['tool_call_id'], `${param}.tool_call_id`);
  const type = customCalls.has(callId) ? 'custom_tool_call_output' : 'function_call_output';
  return { type, call_id: callId, output: translateOutput(message, `${param}.content`) };
}

/** That a tool failed is said in words: items have no member for it. */
function translateOutput({ content, is_error: isError }: JsonObject, param: string): JsonValue {
  const hasFailed = isError === true;
  if (typeof content === 'string') return hasFailed ? `Error: ${content}` : content;
  const parts = translateContent(content, param);
  if (hasFailed) return [{ type: 'input_text', text: 'Error:' }, ...parts];
  return parts.length === 0 ? '' : parts;
}

/** Members of messages that items do not have, and without which they say the same. */
function lostOf(messages: readonly JsonObject[]): readonly string[] {
  const isMarked = messages.some(
    (message) => isMarkedForCache(message) || holdsMark(message['content']) || holdsMark(message['tool_calls']),
  );
  const isCited = messages.some(
    ({ content }) =>
      isJsonArray(content) && content.some((part) => isJsonObject(part) && asksForCitations(part['file'])),
  );
  return [
    ...(isCited ? ['messages[].content[].citations'] : []),
    ...(messages.some(({ name }) => isPresent(name)) ? ['messages[].name'] : []),
    ...(isMarked ? ['messages[].cache_control'] : []),
  ];
}

/** Whether any of the parts, calls or tools says where OpenRouter and Anthropic are to cache up to. */
export const holdsMark = (values: JsonValue | undefined): boolean =>
  isJsonArray(values) && values.some((value) => isJsonObject(value) && isMarkedForCache(value));

const isMarkedForCache = ({ cache_control: mark }: JsonObject): boolean => isPresent(mark);

const asksForCitations = (file: JsonValue | undefined): boolean => isJsonObject(file) && isPresent(file['citations']);
