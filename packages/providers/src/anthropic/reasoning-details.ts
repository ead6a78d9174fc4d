import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { textOf } from './chat-delta.ts';
import { isSameModel } from './model-capabilities.ts';
import type { ThinkingBlock } from './wire.ts';

/**
 * A piece of `reasoning_details`, in OpenRouter's shape: clients send the pieces back untouched, whole
 * or as they were streamed. `model` is ours: thinking is refused by any model but the one that signed it.
 */
export type ReasoningDetail = {
  readonly type: 'reasoning.text' | 'reasoning.encrypted';
  readonly text?: string;
  readonly signature?: string;
  readonly data?: string;
  readonly format: typeof anthropicFormat;
  /** Which block of thinking it belongs to, counted within the answer. */
  readonly index: number;
  readonly model?: string | undefined;
};

const anthropicFormat = 'anthropic-claude-v1';

/** Thinking, or a piece of it. */
export const textDetail = (
  index: number,
  of: { readonly text?: string; readonly signature?: string; readonly model?: string | undefined },
): ReasoningDetail => ({ type: 'reasoning.text', format: anthropicFormat, index, ...of });

/** Thinking that only the provider can read. */
export const encryptedDetail = (
  index: number,
  of: { readonly data: string; readonly model: string | undefined },
): ReasoningDetail => ({ type: 'reasoning.encrypted', format: anthropicFormat, index, ...of });

/**
 * Thinking that an assistant message carries back, in order: `reasoning_details` of this format, else
 * `thinking_blocks` (LiteLLM's). Unsigned thinking, and another model's, is left out: Anthropic refuses both.
 */
export function replayThinking(message: JsonObject, providerModel: string): readonly ThinkingBlock[] {
  const details = message['reasoning_details'];
  if (isJsonArray(details)) return joinPieces(details.filter(isOurs(providerModel)));
  const blocks = message['thinking_blocks'];
  return isJsonArray(blocks) ? blocks.filter(isJsonObject).flatMap(readThinkingBlock) : [];
}

const isOurs =
  (providerModel: string) =>
  (detail: JsonValue): detail is JsonObject =>
    isJsonObject(detail) &&
    detail['format'] === anthropicFormat &&
    (typeof detail['model'] !== 'string' || isSameModel(detail['model'], providerModel));

/** Streamed pieces of a block share its index and follow each other. */
function joinPieces(details: readonly JsonObject[]): readonly ThinkingBlock[] {
  const blocks = new Map<string, { thinking: string; signature: string; data: string }>();
  details.forEach((detail, position) => {
    const index = detail['index'];
    const key = typeof index === 'number' ? `index ${index}` : `position ${position}`;
    const block = blocks.get(key) ?? { thinking: '', signature: '', data: '' };
    block.thinking += textOf(detail['text']);
    block.signature += textOf(detail['signature']);
    block.data += textOf(detail['data']);
    blocks.set(key, block);
  });
  return [...blocks.values()].flatMap(({ thinking, signature, data }): readonly ThinkingBlock[] => {
    if (data !== '') return [{ type: 'redacted_thinking', data }];
    return signature === '' ? [] : [{ type: 'thinking', thinking, signature }];
  });
}

function readThinkingBlock(block: JsonObject): readonly ThinkingBlock[] {
  const [thinking, signature, data] = [textOf(block['thinking']), textOf(block['signature']), textOf(block['data'])];
  if (block['type'] === 'redacted_thinking' && data !== '') return [{ type: 'redacted_thinking', data }];
  return block['type'] === 'thinking' && signature !== '' ? [{ type: 'thinking', thinking, signature }] : [];
}
