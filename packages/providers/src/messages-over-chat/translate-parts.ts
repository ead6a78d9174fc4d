import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readArray,
  readObject,
  readOptionalObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import type { Origins } from '../base/caller-fields.ts';
import type { DroppedFields } from './dropped-fields.ts';

/** A block with the path that errors name it by. */
export interface PlacedBlock {
  readonly block: JsonObject;
  readonly at: string;
}

/** `content` as blocks: text stands for one block of text. */
export function readBlocks(content: JsonValue | undefined, param: string): readonly PlacedBlock[] {
  if (!isPresent(content)) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ block: { type: 'text', text: content }, at: param }];
  return readArray(content, param).map((value, index) => {
    const at = `${param}[${index}]`;
    return { block: readObject(value, at), at };
  });
}

/** What is noted of a conversation on its way. */
export interface TurnNotes {
  readonly dropped: DroppedFields;
  readonly origins: Origins;
}

/** What a user's message or a tool's result may hold, as parts of a chat message. Throws GatewayError. */
export function translatePart(placed: PlacedBlock, { dropped, origins }: TurnNotes): readonly JsonObject[] {
  return partsOf(placed, dropped).map((part) => origins.note(part, placed.at));
}

function partsOf({ block, at }: PlacedBlock, dropped: DroppedFields): readonly JsonObject[] {
  const type = readString(block['type'], `${at}.type`);
  switch (type) {
    case 'text':
      return [textPart({ block, at }, dropped)];
    case 'image':
      return [{ type: 'image_url', image_url: { url: imageUrl(block, at) }, ...markOf(block) }];
    case 'document':
      return documentParts({ block, at }, dropped);
    case 'search_result':
      return [searchResultPart({ block, at }, dropped)];
    default:
      throw unsupportedField(
        `${at}.type`,
        `is ${JSON.stringify(type)}, which this model does not take here: use text, image or document.`,
      );
  }
}

/** A cache breakpoint stays where it stands. */
export const markOf = (block: JsonObject): JsonObject =>
  isPresent(block['cache_control']) ? { cache_control: block['cache_control'] } : {};

export function textPart({ block, at }: PlacedBlock, dropped: DroppedFields): JsonObject {
  const { citations } = block;
  if (isJsonArray(citations) && citations.length > 0) dropped.add('messages[].content[].citations');
  return { type: 'text', text: readString(block['text'], `${at}.text`), ...markOf(block) };
}

/** Parts as content: one text without a breakpoint is said as text, which every server takes. */
export function contentOf(parts: readonly JsonObject[]): JsonValue {
  const [first] = parts;
  const isPlain = parts.length === 1 && first?.['type'] === 'text' && first['cache_control'] === undefined;
  return isPlain && typeof first['text'] === 'string' ? first['text'] : parts;
}

function imageUrl(block: JsonObject, at: string): string {
  const source = readObject(block['source'], `${at}.source`);
  switch (source['type']) {
    case 'base64':
      return dataUrl(readString(source['media_type'], `${at}.source.media_type`), readBase64(source, at));
    case 'url':
      return readString(source['url'], `${at}.source.url`);
    default:
      throw unsupportedSource(source, at);
  }
}

function documentParts({ block, at }: PlacedBlock, dropped: DroppedFields): readonly JsonObject[] {
  const source = readObject(block['source'], `${at}.source`);
  const { content } = source;
  const isNested = source['type'] === 'content' && isJsonArray(content);
  if (isNested && content.some((part) => isJsonObject(part) && part['type'] !== 'text')) {
    const parts = readBlocks(content, `${at}.source.content`).flatMap((placed) => partsOf(placed, dropped));
    return parts.map((part, index) => (index === parts.length - 1 ? { ...part, ...markOf(block) } : part));
  }
  const title = readOptionalString(block['title'], `${at}.title`);
  const context = readOptionalString(block['context'], `${at}.context`);
  const citations = readOptionalObject(block['citations'], `${at}.citations`);
  const file = {
    ...(title === undefined ? {} : { filename: title }),
    file_data: documentData(source, at),
    ...(context === undefined ? {} : { context }),
    ...(citations?.['enabled'] === true ? { citations: { enabled: true } } : {}),
  };
  return [{ type: 'file', file, ...markOf(block) }];
}

function documentData(source: JsonObject, at: string): string {
  switch (source['type']) {
    case 'base64':
      return dataUrl(readString(source['media_type'], `${at}.source.media_type`), readBase64(source, at));
    case 'url':
      return readString(source['url'], `${at}.source.url`);
    case 'text':
      return textUrl(readString(source['data'], `${at}.source.data`));
    case 'content':
      return textUrl(joinedText(source['content'], `${at}.source.content`));
    default:
      throw unsupportedSource(source, at);
  }
}

const joinedText = (content: JsonValue | undefined, at: string): string =>
  readBlocks(content, at)
    .map(({ block, at: place }) => readString(block['text'], `${place}.text`))
    .join('\n\n');

function searchResultPart({ block, at }: PlacedBlock, dropped: DroppedFields): JsonObject {
  const title = readString(block['title'], `${at}.title`);
  const source = readString(block['source'], `${at}.source`);
  if (readOptionalObject(block['citations'], `${at}.citations`)?.['enabled'] === true) {
    dropped.add('messages[].content[].citations');
  }
  const text = `${title} (${source})\n\n${joinedText(block['content'], `${at}.content`)}`;
  return { type: 'text', text, ...markOf(block) };
}

const base64Text = /^[A-Za-z0-9+/]+={0,2}$/;

function readBase64(source: JsonObject, at: string): string {
  const text = readString(source['data'], `${at}.source.data`);
  if (!base64Text.test(text)) throw invalidField(`${at}.source.data`, 'has to be base64 without line breaks.');
  return text;
}

const dataUrl = (mediaType: string, base64: string): string => `data:${mediaType};base64,${base64}`;
const textUrl = (text: string): string => dataUrl('text/plain', Buffer.from(text).toString('base64'));

function unsupportedSource(source: JsonObject, at: string): Error {
  if (source['type'] === 'file') {
    return unsupportedField(`${at}.source.file_id`, 'names a file at Anthropic: send its content as base64.');
  }
  return invalidField(`${at}.source.type`, 'is none that is known here: use base64, url or text.');
}
