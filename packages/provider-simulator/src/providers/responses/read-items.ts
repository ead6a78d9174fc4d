import type { JsonObject, JsonValue } from '@tollgate/core';
import { attachmentPiece, textPiece } from '../../answer/count-tokens.ts';
import { openSealed } from '../../answer/signed-text.ts';
import type { PromptPiece } from '../../call/ask.ts';
import { objectsOf, textOf } from '../read-members.ts';

/** The items of a request's `input`; a string is short for one message. */
export const itemsOf = (input: JsonValue | undefined): readonly JsonObject[] =>
  typeof input === 'string'
    ? [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }]
    : objectsOf(input);

/** A message may leave its type out. */
export const typeOf = (item: JsonObject): string =>
  item['type'] === undefined && item['role'] !== undefined ? 'message' : textOf(item['type']);

export const partsOf = (content: JsonValue | undefined): readonly JsonObject[] =>
  typeof content === 'string' ? [{ type: 'input_text', text: content }] : objectsOf(content);

export const isAttachment = (part: JsonObject): boolean =>
  part['type'] === 'input_image' || part['type'] === 'input_file';

export const contentText = (content: JsonValue | undefined): string =>
  partsOf(content)
    .map((part) => textOf(part['text']))
    .join('\n');

const outputTypes: readonly string[] = ['function_call_output', 'custom_tool_call_output'];
export const isToolOutput = (item: JsonObject): boolean => outputTypes.includes(typeOf(item));

const callTypes: readonly string[] = ['function_call', 'custom_tool_call'];
export const isToolCall = (item: JsonObject): boolean => callTypes.includes(typeOf(item));

/** What an item counts in a prompt. */
export function itemPieces(item: JsonObject): readonly PromptPiece[] {
  if (isToolCall(item)) {
    return [textPiece(`${textOf(item['name'])} ${textOf(item['arguments'])}${textOf(item['input'])}`)];
  }
  if (isToolOutput(item)) return partsOf(item['output']).map(partPiece);
  if (typeOf(item) === 'reasoning') return [textPiece(reasoningText(item))];
  return partsOf(item['content']).map(partPiece);
}

const partPiece = (part: JsonObject): PromptPiece =>
  isAttachment(part) ? attachmentPiece(JSON.stringify(part)) : textPiece(textOf(part['text']));

/** Prefixed as OpenAI's are, so that clients may tell it from plain text. */
const sealPrefix = 'gAAAAA';
export const encryptedPrefix = (sealed: string): string => `${sealPrefix}${sealed}`;

/** What was encrypted, or undefined where it was not encrypted here. */
export const decrypted = (content: string): string | undefined =>
  content.startsWith(sealPrefix) ? openSealed(content.slice(sealPrefix.length)) : undefined;

function reasoningText(item: JsonObject): string {
  const encrypted = item['encrypted_content'];
  const hidden = typeof encrypted === 'string' ? decrypted(encrypted) : undefined;
  return (
    hidden ??
    [...objectsOf(item['summary']), ...objectsOf(item['content'])].map((part) => textOf(part['text'])).join('')
  );
}
