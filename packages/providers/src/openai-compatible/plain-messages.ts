import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { isText, plainContent, plainParts, textOfParts } from './plain-parts.ts';

export interface PlainMessageOptions {
  readonly dropped: Set<string>;
  readonly takesReasoning: boolean;
}

/** Messages of the protocol's plain form: one of the assistant a turn, and results of tools that are text alone. */
export function plainMessages(messages: readonly JsonObject[], options: PlainMessageOptions): readonly JsonObject[] {
  const plain = messages.map((message) => plainMessage(message, options));
  return mergeNeighbours(plain.flatMap((each, index) => [...each.said, ...attachedBehind(plain, index)]));
}

interface PlainMessage {
  readonly said: readonly JsonObject[];
  /** Parts of a tool's result that are no text: the user shows them once all results are told. */
  readonly attached: readonly JsonObject[];
}

function plainMessage(message: JsonObject, options: PlainMessageOptions): PlainMessage {
  const { cache_control: mark, content, ...rest } = message;
  if (mark !== undefined) options.dropped.add('cache_control');
  if (message['role'] === 'assistant') return { said: [plainAssistant(message, options)], attached: [] };
  if (message['role'] === 'tool') return plainResult(message, options.dropped);
  return { said: [{ ...rest, content: plainContent(content, options.dropped) }], attached: [] };
}

function plainAssistant(message: JsonObject, { dropped, takesReasoning }: PlainMessageOptions): JsonObject {
  const { reasoning_details: details, reasoning_content: reasoning, tool_calls: calls, ...rest } = message;
  if (details !== undefined) dropped.add('messages[].reasoning_details');
  if (reasoning !== undefined && !takesReasoning) dropped.add('messages[].reasoning_content');
  return {
    ...rest,
    content: rest['content'] === null ? null : plainContent(rest['content'], dropped),
    ...(reasoning !== undefined && takesReasoning ? { reasoning_content: reasoning } : {}),
    ...(isJsonArray(calls) ? { tool_calls: calls.map((call) => withoutMark(call, dropped)) } : {}),
  };
}

function withoutMark(call: JsonValue, dropped: Set<string>): JsonValue {
  if (!isJsonObject(call) || call['cache_control'] === undefined) return call;
  dropped.add('cache_control');
  const { cache_control: _mark, ...rest } = call;
  return rest;
}

/** That a tool failed is said in words, which is how models of this protocol are told. */
function plainResult(message: JsonObject, dropped: Set<string>): PlainMessage {
  const { role, tool_call_id: id, is_error: isError } = message;
  const parts = plainParts(message['content'], dropped);
  const attached = parts.filter((part) => !isText(part));
  const text = textOfParts(parts.filter(isText));
  const content = text === '' && attached.length > 0 ? '(Attached below.)' : text;
  return {
    said: [{ role, tool_call_id: id, content: isError === true ? `Error: ${content}` : content }],
    attached:
      attached.length === 0 ? [] : [{ type: 'text', text: `Attached to the result of ${idText(id)}:` }, ...attached],
  };
}

const idText = (id: JsonValue | undefined): string => (typeof id === 'string' ? id : 'the tool');

/** Results have to follow each other: what is attached to a run of them comes behind its last one. */
function attachedBehind(plain: readonly PlainMessage[], index: number): readonly JsonObject[] {
  if (!isResult(plain[index]) || isResult(plain[index + 1])) return [];
  let start = index;
  while (isResult(plain[start - 1])) start -= 1;
  const content = plain.slice(start, index + 1).flatMap(({ attached }) => attached);
  return content.length === 0 ? [] : [{ role: 'user', content }];
}

const isResult = (message: PlainMessage | undefined): boolean => message?.said[0]?.['role'] === 'tool';

/** Turns that were split to keep their order, and what is attached before what the user says. */
function mergeNeighbours(messages: readonly JsonObject[]): readonly JsonObject[] {
  const merged: JsonObject[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    const isSame =
      last?.['role'] === message['role'] && (message['role'] === 'user' || message['role'] === 'assistant');
    if (last === undefined || !isSame) merged.push(message);
    else merged.splice(-1, 1, joined(last, message));
  }
  return merged;
}

function joined(first: JsonObject, second: JsonObject): JsonObject {
  return {
    ...first,
    ...second,
    content: joinedContent(first['content'], second['content']),
    ...joinedReasoning(first, second),
  };
}

function joinedContent(first: JsonValue | undefined, second: JsonValue | undefined): JsonValue {
  const isEmpty = (content: JsonValue | undefined): boolean =>
    content === undefined || content === null || content === '';
  if (isEmpty(first)) return second ?? null;
  if (isEmpty(second)) return first ?? null;
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n${second}`;
  return [...partsOf(first), ...partsOf(second)];
}

const partsOf = (content: JsonValue | undefined): readonly JsonValue[] =>
  isJsonArray(content) ? content : [{ type: 'text', text: content ?? '' }];

function joinedReasoning(
  { reasoning_content: first }: JsonObject,
  { reasoning_content: second }: JsonObject,
): JsonObject {
  return typeof first === 'string' && typeof second === 'string' ? { reasoning_content: `${first}\n${second}` } : {};
}
