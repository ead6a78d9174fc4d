import { isAscii } from 'node:buffer';
import { isJsonArray, isJsonObject, type Call, type JsonObject, type JsonValue } from '@tollgate/core';
import { mostImageTokens } from './image-tokens.ts';

/** What a provider puts around a prompt: separators of messages, the system prompt that comes with tools. */
const hiddenTokens = 1024;

export interface Window {
  readonly providerModel: string;
  readonly contextWindowTokens: number | undefined;
}

/** What of a call's input can be bounded otherwise than by a model's context window. */
export interface InputExtent {
  /** A tokeniser makes at most one token of a byte. Images are not in it. */
  readonly textBytes: number;
  readonly images: number;
  readonly hasFiles: boolean;
  /** Something is referred to (a file, audio) whose size nobody here knows. */
  readonly refers: boolean;
}

/** Once a call, since it reads the body; the same for every target. */
export function inputExtent({ body }: Call): InputExtent {
  const parts = contentParts(body.value['messages']);
  const images = parts.filter(isImage);
  const imageBytes = images.reduce((sum, image) => sum + Buffer.byteLength(imageUrl(image)), 0);
  return {
    textBytes: mostBytes(body) - imageBytes,
    images: images.length,
    hasFiles: parts.some((part) => part['type'] === 'file'),
    refers: parts.some((part) => !isText(part) && !isImage(part)),
  };
}

/** Undefined: nothing bounds it. */
export function mostInputTokens(
  extent: InputExtent,
  { providerModel, contextWindowTokens }: Window,
): number | undefined {
  const imageTokens = extent.images === 0 ? 0 : mostImageTokens(providerModel);
  if (extent.refers || imageTokens === undefined) return contextWindowTokens;
  const counted = extent.textBytes + extent.images * imageTokens + hiddenTokens;
  return contextWindowTokens === undefined ? counted : Math.min(contextWindowTokens, counted);
}

/**
 * Some tokenisers normalise before they count, which makes eighteen letters of one character (U+FDFA). Escapes in
 * the body may hide such a one.
 */
function mostBytes({ raw, value }: Call['body']): number {
  if (isAscii(raw) && !raw.includes('\\u')) return raw.length;
  return Math.max(raw.length, Buffer.byteLength(JSON.stringify(value).normalize('NFKC')));
}

/** Of all messages; an answer that was spoken earlier is referred to in a member of its own. */
const contentParts = (messages: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(messages)
    ? messages
        .filter(isJsonObject)
        .flatMap((message) => [
          ...(isJsonArray(message['content']) ? message['content'].filter(isJsonObject) : []),
          ...(isJsonObject(message['audio']) ? [message['audio']] : []),
        ])
    : [];

const isText = (part: JsonObject): boolean => part['type'] === 'text' || part['type'] === 'refusal';

const isImage = (part: JsonObject): boolean => part['type'] === 'image_url';

function imageUrl(part: JsonObject): string {
  const image = part['image_url'];
  const url = isJsonObject(image) ? image['url'] : image;
  return typeof url === 'string' ? url : '';
}
