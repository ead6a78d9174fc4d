import type { JsonObject, JsonValue } from '@tollgate/core';
import { isPresent, readObject, readString, unsupportedField } from '../base/read-fields.ts';
import { encryptedDetail, textDetail } from '../anthropic/reasoning-details.ts';
import { givenCallId } from './call-ids.ts';
import { openThinking } from './foreign-thinking.ts';
import { contentOf, markOf, textPart, type PlacedBlock } from './translate-parts.ts';
import type { PendingCalls, TurnContext } from './translate-results.ts';

interface Segment {
  readonly details: JsonObject[];
  /** Reasoning that came as text alone. */
  reasoning: string;
  readonly texts: JsonObject[];
  readonly calls: JsonObject[];
}

/**
 * A turn of the assistant. A chat message says its thinking first, then its text, then its calls; a turn in
 * another order becomes neighbouring messages, but for its calls: they come last, since their results have to follow.
 */
export function writeAssistant(blocks: readonly PlacedBlock[], context: TurnContext): readonly JsonObject[] {
  const segments: Segment[] = [];
  const calls = blocks.filter(isCall);
  for (const placed of blocks) if (!isCall(placed)) addSaid(segments, placed, context);
  if (calls.length > 0) {
    const last = segments.at(-1) ?? begin(segments);
    for (const placed of calls) {
      last.calls.push(context.origins.note(writeCall(placed, context.pending), placed.at));
    }
  }
  return segments.map(writeSegment);
}

const isCall = ({ block }: PlacedBlock): boolean => block['type'] === 'tool_use';

function begin(segments: Segment[]): Segment {
  const segment: Segment = { details: [], reasoning: '', texts: [], calls: [] };
  segments.push(segment);
  return segment;
}

function addSaid(segments: Segment[], placed: PlacedBlock, { dropped, origins }: TurnContext): void {
  const { block, at } = placed;
  const last = segments.at(-1) ?? begin(segments);
  switch (readString(block['type'], `${at}.type`)) {
    case 'text':
      last.texts.push(origins.note(textPart(placed, dropped), at));
      break;
    case 'thinking':
    case 'redacted_thinking':
      addThinking(last.texts.length === 0 ? last : begin(segments), placed);
      break;
    default:
      throw unsupportedField(
        `${at}.type`,
        `is ${JSON.stringify(block['type'])}, which the model of this request cannot be told: leave it out.`,
      );
  }
}

function addThinking(segment: Segment, { block, at }: PlacedBlock): void {
  const index = segment.details.length;
  if (block['type'] === 'redacted_thinking') {
    const data = readString(block['data'], `${at}.data`);
    const foreign = openThinking(data);
    segment.details.push(
      foreign === undefined ? encryptedDetail(index, { data, model: undefined }) : { ...foreign, index },
    );
    return;
  }
  const text = readString(block['thinking'], `${at}.thinking`);
  const signature = readString(block['signature'], `${at}.signature`);
  const foreign = openThinking(signature);
  if (foreign === undefined) segment.details.push(textDetail(index, { text, signature }));
  else if (foreign['type'] === undefined) segment.reasoning += text;
  else
    segment.details.push({ ...foreign, [foreign['type'] === 'reasoning.summary' ? 'summary' : 'text']: text, index });
}

function writeCall({ block, at }: PlacedBlock, pending: PendingCalls): JsonObject {
  const id = readString(block['id'], `${at}.id`);
  pending.open(id, at);
  const { caller } = block;
  if (isPresent(caller) && readObject(caller, `${at}.caller`)['type'] !== 'direct') {
    throw unsupportedField(`${at}.caller`, 'has to be direct: this model calls tools itself.');
  }
  if (isPresent(block['toolset_name']))
    throw unsupportedField(`${at}.toolset_name`, 'has no counterpart: leave it out.');
  return {
    id: givenCallId(id),
    type: 'function',
    function: {
      name: readString(block['name'], `${at}.name`),
      arguments: JSON.stringify(readObject(block['input'], `${at}.input`)),
    },
    ...markOf(block),
  };
}

function writeSegment({ details, reasoning, texts, calls }: Segment): JsonObject {
  return {
    role: 'assistant',
    content: saidContent(texts, calls),
    ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function saidContent(texts: readonly JsonObject[], calls: readonly JsonObject[]): JsonValue {
  if (texts.length > 0) return contentOf(texts);
  return calls.length > 0 ? null : '';
}
