import assert from 'node:assert/strict';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';

interface OpenPart {
  readonly type: unknown;
  text: string;
  readonly annotations: JsonValue[];
  readonly logprobs: JsonValue[];
  isDone: boolean;
}

interface OpenItem {
  readonly json: JsonObject;
  input: string;
  isInputDone: boolean;
  done: JsonObject | undefined;
  readonly content: (OpenPart | JsonObject)[];
  readonly summary: (OpenPart | JsonObject)[];
}

const terminal = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Events of a stream as they are framed: name and type agree, and each has one line of data. */
export function framesOf(text: string): readonly JsonObject[] {
  assert.ok(text.endsWith('\n\n'), 'the stream ends within an event');
  return text
    .slice(0, -2)
    .split('\n\n')
    .filter((frame) => !frame.startsWith(':'))
    .map((frame) => {
      const match = /^event: ([^\n]+)\ndata: ([^\n]+)$/.exec(frame);
      assert.ok(match, `not one named event: ${frame}`);
      const event = tryParseJson(match[2] ?? '');
      assert.ok(isJsonObject(event));
      assert.equal(event['type'], match[1]);
      return event;
    });
}

/**
 * Holds a stream of the Responses API to its grammar: numbering, the order of lifecycle, items and parts,
 * and that every `done` says exactly what the deltas before it said. Returns the finished response.
 */
export function checkResponseStream(text: string): JsonObject {
  const events = framesOf(text);
  const items: OpenItem[] = [];
  let responseId: unknown;
  events.forEach((event, index) => {
    assert.equal(event['sequence_number'], index, 'sequence numbers count from zero');
    const { type, response } = event;
    assert.ok(typeof type === 'string');
    assert.equal(type === 'response.created', index === 0);
    assert.equal(type === 'response.in_progress', index === 1);
    assert.equal(terminal.has(type), index === events.length - 1, `${type} at ${index} of ${events.length}`);
    if (response === undefined) return checkItemEvent(type, event, items);
    assert.ok(isJsonObject(response));
    responseId ??= response['id'];
    assert.equal(response['id'], responseId);
    assert.equal(response['object'], 'response');
    if (index > 1) return undefined;
    assert.deepEqual([response['status'], response['output'], response['usage']], ['in_progress', [], null]);
    return undefined;
  });
  const last = events.at(-1);
  assert.ok(isJsonObject(last?.['response']));
  assert.ok(typeof last['type'] === 'string');
  return checkEnd(last['response'], last['type'], items);
}

function checkEnd(response: JsonObject, type: string, items: readonly OpenItem[]): JsonObject {
  assert.ok(typeof response['status'] === 'string');
  assert.equal(`response.${response['status']}`, type);
  assert.deepEqual(
    response['output'],
    items.map(({ done }) => done),
  );
  assert.equal(response['incomplete_details'] !== null, type === 'response.incomplete');
  assert.equal(response['error'] !== null, type === 'response.failed');
  const ids = items.map(({ json }) => json['id']);
  assert.equal(new Set(ids).size, ids.length, 'ids of items differ');
  if (response['usage'] !== null) checkUsage(response['usage']);
  return response;
}

function checkUsage(usage: JsonValue | undefined): void {
  assert.ok(isJsonObject(usage));
  assert.ok(isJsonObject(usage['input_tokens_details']) && isJsonObject(usage['output_tokens_details']));
  const counts = [usage['input_tokens'], usage['output_tokens'], usage['total_tokens']];
  const details = [
    usage['input_tokens_details']['cached_tokens'],
    usage['input_tokens_details']['cache_write_tokens'],
    usage['output_tokens_details']['reasoning_tokens'],
  ];
  for (const count of [...counts, ...details])
    assert.ok(Number.isSafeInteger(count), `no count: ${JSON.stringify(count)}`);
  assert.equal(counts[2], Number(counts[0]) + Number(counts[1]));
}

function checkItemEvent(type: string, event: JsonObject, items: OpenItem[]): void {
  const index = event['output_index'];
  assert.ok(typeof index === 'number');
  if (type === 'response.output_item.added') {
    assert.equal(index, items.length, 'items are added in order');
    assert.ok(isJsonObject(event['item']));
    items.push(openItem(event['item']));
    return;
  }
  const item = items[index];
  assert.ok(item !== undefined && item.done === undefined, `${type} for an item that is not open`);
  if (type === 'response.output_item.done') {
    assert.ok(isJsonObject(event['item']));
    checkDone(event['item'], item);
    return;
  }
  assert.equal(event['item_id'], item.json['id']);
  checkWithin(type, event, item);
}

function openItem(json: JsonObject): OpenItem {
  assert.ok(typeof json['id'] === 'string' && json['id'] !== '');
  const item = { json, input: '', isInputDone: false, done: undefined, content: [], summary: [] };
  if (json['type'] === 'message') {
    assert.deepEqual(json, { id: json['id'], type: 'message', status: 'in_progress', role: 'assistant', content: [] });
  } else if (json['type'] === 'reasoning') {
    assert.deepEqual(json, { id: json['id'], type: 'reasoning', summary: [] });
  } else {
    assert.ok(json['type'] === 'function_call' || json['type'] === 'custom_tool_call');
    assert.equal(json[json['type'] === 'function_call' ? 'arguments' : 'input'], '');
    assert.ok(typeof json['call_id'] === 'string' && json['call_id'] !== '' && typeof json['name'] === 'string');
  }
  return item;
}

const kindOf = ({ json }: OpenItem): JsonValue | undefined => json['type'];

/** Type of item, member of the event, and what it does, by event. */
const inputEvents: Readonly<Record<string, readonly [item: string, member: string]>> = {
  'response.function_call_arguments.delta': ['function_call', 'delta'],
  'response.function_call_arguments.done': ['function_call', 'arguments'],
  'response.custom_tool_call_input.delta': ['custom_tool_call', 'delta'],
  'response.custom_tool_call_input.done': ['custom_tool_call', 'input'],
};

const textEvents: Readonly<Record<string, readonly [part: string, member: string]>> = {
  'response.output_text.delta': ['output_text', 'delta'],
  'response.output_text.done': ['output_text', 'text'],
  'response.refusal.delta': ['refusal', 'delta'],
  'response.refusal.done': ['refusal', 'refusal'],
  'response.reasoning_text.delta': ['reasoning_text', 'delta'],
  'response.reasoning_text.done': ['reasoning_text', 'text'],
  'response.reasoning_summary_text.delta': ['summary_text', 'delta'],
  'response.reasoning_summary_text.done': ['summary_text', 'text'],
};

function checkWithin(type: string, event: JsonObject, item: OpenItem): void {
  const input = inputEvents[type];
  const text = textEvents[type];
  if (input !== undefined) {
    assert.equal(kindOf(item), input[0]);
    assert.equal(item.isInputDone, false);
    const said = event[input[1]];
    assert.ok(typeof said === 'string');
    if (input[1] === 'delta') {
      assert.notEqual(said, '');
      item.input += said;
    } else {
      item.isInputDone = true;
      assert.equal(said, item.input);
    }
  } else if (text !== undefined) {
    checkText(event, partAt(event, item), text);
  } else if (type.endsWith('part.added')) {
    const parts = partsOf(event, item);
    assert.ok(isJsonObject(event['part']));
    assert.equal(indexOf(event), parts.length, 'parts are added in order');
    assert.ok(
      parts.every((part) => !isOpen(part)),
      'one part is open at a time',
    );
    parts.push({ type: event['part']['type'], text: '', annotations: [], logprobs: [], isDone: false });
    checkPart(event['part'], parts.at(-1));
  } else if (type.endsWith('part.done')) {
    const part = partAt(event, item);
    assert.ok(part.isDone && isJsonObject(event['part']));
    checkPart(event['part'], part);
    partsOf(event, item)[indexOf(event)] = event['part'];
  } else {
    assert.equal(type, 'response.output_text.annotation.added');
    const part = partAt(event, item);
    assert.equal(event['annotation_index'], part.annotations.length);
    part.annotations.push(event['annotation'] ?? null);
  }
}

function checkText(event: JsonObject, part: OpenPart, [type, member]: readonly [string, string]): void {
  const said = event[member];
  assert.equal(part.type, type);
  assert.ok(typeof said === 'string' && !part.isDone);
  if (type === 'output_text') assert.ok(isJsonArray(event['logprobs']));
  if (member === 'delta') {
    assert.notEqual(said, '');
    part.text += said;
    if (isJsonArray(event['logprobs'])) part.logprobs.push(...event['logprobs']);
    return;
  }
  // The mutation is the part's life: from here on nothing may be added to it.
  Object.assign(part, { isDone: true });
  assert.equal(said, part.text);
  if (type === 'output_text') assert.deepEqual(event['logprobs'], part.logprobs);
}

function checkPart(json: JsonObject, part: OpenPart | JsonObject | undefined): void {
  assert.ok(part !== undefined);
  const { type, text, annotations, logprobs } = part;
  if (type === 'output_text') assert.deepEqual(json, { type, text, annotations, logprobs });
  else if (type === 'refusal') assert.deepEqual(json, { type, refusal: text });
  else assert.deepEqual(json, { type, text });
}

function checkDone(json: JsonObject, item: OpenItem): void {
  const { id, type } = item.json;
  assert.deepEqual([json['id'], json['type']], [id, type]);
  assert.ok(
    [...item.content, ...item.summary].every((part) => !isOpen(part)),
    'all parts are done',
  );
  if (type === 'reasoning') {
    assert.deepEqual([json['summary'], json['content'] ?? []], [item.summary, item.content]);
  } else {
    assert.ok(json['status'] === 'completed' || json['status'] === 'incomplete');
    if (type === 'message') assert.deepEqual(json['content'], item.content);
    else {
      assert.ok(item.isInputDone);
      assert.equal(json['arguments'] ?? json['input'], item.input);
      assert.deepEqual([json['call_id'], json['name']], [item.json['call_id'], item.json['name']]);
    }
  }
  Object.assign(item, { done: json });
}

const isOpen = (part: OpenPart | JsonObject): part is OpenPart => 'isDone' in part;

const partsOf = (event: JsonObject, item: OpenItem): (OpenPart | JsonObject)[] =>
  event['summary_index'] === undefined ? item.content : item.summary;

function indexOf(event: JsonObject): number {
  const index = event['summary_index'] ?? event['content_index'];
  assert.ok(typeof index === 'number');
  return index;
}

function partAt(event: JsonObject, item: OpenItem): OpenPart {
  const part = partsOf(event, item)[indexOf(event)];
  assert.ok(part !== undefined && isOpen(part), `${JSON.stringify(event['type'])} for a part that is not open`);
  return part;
}
