import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import type { Frame, FrameKind } from '../../call/script.ts';
import { logprobsOf } from '../chat/logprobs.ts';
import { refusalPart, textPart, type OutputItem } from './write-items.ts';

/** What the events of an item need to know of its stream. */
export interface ItemStream {
  event(kind: FrameKind, type: string, members: JsonObject): Frame;
  readonly outputIndex: number;
  split(text: string): Iterable<string>;
  readonly padded: boolean;
  readonly logprobs: boolean;
}

/** An item is added, told piece by piece, and done. */
export function* itemEvents(item: OutputItem, stream: ItemStream): Generator<Frame> {
  const at = { output_index: stream.outputIndex };
  // A call is content by itself: its name is what the caller waits for.
  yield stream.event(item.kind === 'call' ? 'content' : 'lifecycle', 'response.output_item.added', {
    ...at,
    item: item.begun,
  });
  const place = { ...at, item_id: item.begun['id'] };
  if (item.kind === 'message') yield* messageEvents(item, place, stream);
  if (item.kind === 'call') yield* callEvents(item, place, stream);
  if (item.kind === 'reasoning' && item.text !== '') yield* reasoningEvents(item, place, stream);
  const done = stream.event('lifecycle', 'response.output_item.done', { ...at, item: item.whole });
  yield { ...done, answerBytes: item.hiddenBytes };
}

type Place = JsonObject;

function* deltas(text: string, stream: ItemStream, told: { type: string; place: Place }): Generator<Frame> {
  for (const delta of stream.split(text)) {
    const padding = stream.padded ? { obfuscation: obfuscation(delta.length) } : {};
    const members = { ...told.place, ...logprobMember(told.type, delta, stream), delta, ...padding };
    yield { ...stream.event('content', told.type, members), answerBytes: Buffer.byteLength(delta) };
  }
}

const logprobMember = (type: string, delta: string, { logprobs }: ItemStream): JsonObject =>
  type === 'response.output_text.delta' ? { logprobs: logprobs ? (logprobsOf(delta)['content'] ?? []) : [] } : {};

function* messageEvents(item: OutputItem, place: Place, stream: ItemStream): Generator<Frame> {
  const inPart = { ...place, content_index: 0 };
  const [part] = isJsonArray(item.whole['content']) ? item.whole['content'].filter(isJsonObject) : [];
  const refused = part?.['type'] === 'refusal';
  const emptyPart = refused ? refusalPart('') : textPart('', false);
  const kind = refused ? 'refusal' : 'output_text';
  yield stream.event('lifecycle', 'response.content_part.added', { ...inPart, part: emptyPart });
  yield* deltas(item.text, stream, { type: `response.${kind}.delta`, place: inPart });
  const done = refused ? { refusal: item.text } : { text: item.text, logprobs: part?.['logprobs'] ?? [] };
  yield stream.event('lifecycle', `response.${kind}.done`, { ...inPart, ...done });
  yield stream.event('lifecycle', 'response.content_part.done', { ...inPart, part: part ?? emptyPart });
}

function* callEvents(item: OutputItem, place: Place, stream: ItemStream): Generator<Frame> {
  const [kind, member] =
    item.whole['type'] === 'custom_tool_call'
      ? ['custom_tool_call_input', 'input']
      : ['function_call_arguments', 'arguments'];
  yield* deltas(item.text, stream, { type: `response.${kind}.delta`, place });
  yield stream.event('lifecycle', `response.${kind}.done`, { ...place, [member]: item.text });
}

function* reasoningEvents(item: OutputItem, place: Place, stream: ItemStream): Generator<Frame> {
  const inSummary = isJsonArray(item.whole['summary']) && item.whole['summary'].length > 0;
  const inPart = { ...place, [inSummary ? 'summary_index' : 'content_index']: 0 };
  const kind = inSummary ? 'reasoning_summary_text' : 'reasoning_text';
  const partKind = inSummary ? 'reasoning_summary_part' : 'content_part';
  const partOf = (text: string): JsonObject => ({ type: inSummary ? 'summary_text' : 'reasoning_text', text });
  yield stream.event('lifecycle', `response.${partKind}.added`, { ...inPart, part: partOf('') });
  yield* deltas(item.text, stream, { type: `response.${kind}.delta`, place: inPart });
  yield stream.event('lifecycle', `response.${kind}.done`, { ...inPart, text: item.text });
  yield stream.event('lifecycle', `response.${partKind}.done`, { ...inPart, part: partOf(item.text) });
}

const padding = 'XyZ0aB1cD2eF3gH4';
const obfuscation = (length: number): string => padding.slice(length % padding.length);
