import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject, type JsonValue, isPublicUrl } from '@tollgate/core';
import { readCacheControl } from './cache-control.ts';
import { isPdf, parseDataUrl, type DataUrl } from '../base/inline-media.ts';
import { imageMediaType } from './media-type.ts';
import {
  invalidField,
  isBlank,
  isPresent,
  readArray,
  readObject,
  readOptionalObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import type { InputBlock, TextBlock } from './wire.ts';

/** A message's content as blocks, in order; blank text is left out, since Anthropic refuses it. */
export function translateContent(content: JsonValue | undefined, param: string): readonly InputBlock[] {
  return readParts(content, param).flatMap(({ part, at }) => translatePart(part, at));
}

/** The same for roles that may only hold text. */
export function translateText(content: JsonValue | undefined, param: string): readonly TextBlock[] {
  return readParts(content, param).flatMap(({ part, at }) => {
    const type = readString(part['type'], `${at}.type`);
    if (type === 'refusal') return textBlocks(readString(part['refusal'], `${at}.refusal`), part, at);
    if (type === 'text') return textBlocks(readString(part['text'], `${at}.text`), part, at);
    throw unsupportedField(`${at}.type`, `cannot be ${JSON.stringify(type)} in a message of this role: use text.`);
  });
}

/** Text content is one text part. */
function readParts(content: JsonValue | undefined, param: string): readonly { part: JsonObject; at: string }[] {
  if (!isPresent(content)) return [];
  if (typeof content === 'string') return [{ part: { type: 'text', text: content }, at: param }];
  return readArray(content, param).map((value, index) => {
    const at = `${param}[${index}]`;
    return { part: readObject(value, at), at };
  });
}

function translatePart(part: JsonObject, at: string): readonly InputBlock[] {
  const type = readString(part['type'], `${at}.type`);
  switch (type) {
    case 'text':
      return textBlocks(readString(part['text'], `${at}.text`), part, at);
    case 'image_url':
      return [{ ...translateImage(part['image_url'], `${at}.image_url`), ...readCacheControl(part, `${at}.`) }];
    case 'file':
      return [
        { ...translateFile(readObject(part['file'], `${at}.file`), `${at}.file`), ...readCacheControl(part, `${at}.`) },
      ];
    default:
      throw unsupportedField(
        `${at}.type`,
        `is ${JSON.stringify(type)}, which this model does not take: use text, image_url or file.`,
      );
  }
}

const textBlocks = (text: string, part: JsonObject, at: string): readonly TextBlock[] =>
  isBlank(text) ? [] : [{ type: 'text', text, ...readCacheControl(part, `${at}.`) }];

/** Clients send `{url}`, and some the URL itself. */
function translateImage(value: JsonValue | undefined, param: string): InputBlock {
  const url = isJsonObject(value) ? readString(value['url'], `${param}.url`) : readString(value, param);
  const at = isJsonObject(value) ? `${param}.url` : param;
  if (!/^data:/i.test(url)) return { type: 'image', source: { type: 'url', url: readPublicUrl(url, at) } };
  const data = parseDataUrl(url);
  if (data === undefined) throw invalidField(at, 'has to be a data URL of base64 (`data:image/png;base64,…`).');
  return imageBlock(data, at);
}

function imageBlock(data: DataUrl, param: string): InputBlock {
  const mediaType = imageMediaType(data);
  if (mediaType === undefined) throw invalidField(param, 'has to be a JPEG, PNG, GIF or WebP image.');
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data: data.base64 } };
}

/** `context` and `citations` of a file are ours: OpenAI has no such members. */
function translateFile(file: JsonObject, param: string): InputBlock {
  if (isPresent(file['file_id'])) {
    throw unsupportedField(`${param}.file_id`, 'names a file at another provider: send its content as `file_data`.');
  }
  const text = readString(file['file_data'], `${param}.file_data`);
  const title = readOptionalString(file['filename'], `${param}.filename`);
  const context = readOptionalString(file['context'], `${param}.context`);
  const citations = readOptionalObject(file['citations'], `${param}.citations`);
  const described = {
    ...(title === undefined || isBlank(title) ? {} : { title }),
    ...(context === undefined || isBlank(context) ? {} : { context }),
    ...(citations?.['enabled'] === true ? ({ citations: { enabled: true } } as const) : {}),
  };
  if (/^https?:/i.test(text)) {
    return { type: 'document', source: { type: 'url', url: readPublicUrl(text, `${param}.file_data`) }, ...described };
  }
  const data = parseDataUrl(text);
  if (data === undefined) {
    throw invalidField(`${param}.file_data`, 'has to be a data URL of base64 (`data:application/pdf;base64,…`).');
  }
  if (isPdf(data)) {
    return {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: data.base64 },
      ...described,
    };
  }
  if (data.mediaType.startsWith('image/')) return imageBlock(data, `${param}.file_data`);
  const plain = readPlainText(data, `${param}.file_data`);
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: plain }, ...described };
}

function readPlainText({ base64 }: DataUrl, param: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const text = isUtf8(bytes) ? bytes.toString('utf8') : '';
  if (isBlank(text)) throw invalidField(param, 'has to be a PDF, an image or text in UTF-8.');
  return text;
}

function readPublicUrl(url: string, param: string): string {
  if (isPublicUrl(url)) return url;
  throw invalidField(param, 'has to be a http or https URL of a public host, or a data URL.');
}
