import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { isBase64, isPdf, parseDataUrl, sniffImageType, type DataUrl } from '../base/inline-media.ts';
import {
  invalidField,
  isPresent,
  readArray,
  readObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import type { Part } from './wire.ts';

/** A message's content as parts, in order; empty text is left out, since Google refuses it. */
export const translateParts = (content: JsonValue | undefined, param: string): readonly Part[] =>
  readParts(content, param).flatMap(({ part, at }) => translatePart(part, at));

/** The same for roles that may only hold text. */
export function translateText(content: JsonValue | undefined, param: string): readonly Part[] {
  return readParts(content, param).flatMap(({ part, at }) => {
    const type = readString(part['type'], `${at}.type`);
    if (type !== 'text' && type !== 'refusal') {
      throw unsupportedField(`${at}.type`, `cannot be ${JSON.stringify(type)} in a message of this role: use text.`);
    }
    return textParts(readString(part[type], `${at}.${type}`));
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

function translatePart(part: JsonObject, at: string): readonly Part[] {
  const type = readString(part['type'], `${at}.type`);
  switch (type) {
    case 'text':
      return textParts(readString(part['text'], `${at}.text`));
    case 'image_url':
      return [translateImage(part['image_url'], `${at}.image_url`)];
    case 'input_audio':
      return [translateAudio(readObject(part['input_audio'], `${at}.input_audio`), `${at}.input_audio`)];
    case 'file':
      return translateFile(readObject(part['file'], `${at}.file`), `${at}.file`);
    default:
      throw unsupportedField(
        `${at}.type`,
        `is ${JSON.stringify(type)}, which this model does not take: use text, image_url, input_audio or file.`,
      );
  }
}

const textParts = (text: string): readonly Part[] => (text === '' ? [] : [{ text }]);

const inline = (mimeType: string, data: string): Part => ({ inlineData: { mimeType, data } });

/** Clients send `{url}`, and some the URL itself. */
function translateImage(value: JsonValue | undefined, param: string): Part {
  const url = isJsonObject(value) ? readString(value['url'], `${param}.url`) : readString(value, param);
  return imagePart(readData(url, isJsonObject(value) ? `${param}.url` : param), param);
}

const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif']);

function imagePart(data: DataUrl, param: string): Part {
  const type = sniffImageType(data) ?? data.mediaType;
  if (!imageTypes.has(type)) throw invalidField(param, 'has to be a PNG, JPEG, WebP, HEIC or HEIF image.');
  return inline(type, data.base64);
}

const audioFormats = ['wav', 'mp3', 'aiff', 'aac', 'ogg', 'flac'];

function translateAudio(audio: JsonObject, param: string): Part {
  const format = readString(audio['format'], `${param}.format`);
  if (!audioFormats.includes(format)) {
    throw invalidField(`${param}.format`, `has to be one of ${audioFormats.join(', ')}.`);
  }
  const data = readString(audio['data'], `${param}.data`);
  if (!isBase64(data)) throw invalidField(`${param}.data`, 'has to be base64.');
  return inline(`audio/${format}`, data);
}

/** `context` of a file is ours; it stands before the file. */
function translateFile(file: JsonObject, param: string): readonly Part[] {
  if (isPresent(file['file_id'])) {
    throw unsupportedField(`${param}.file_id`, 'names a file at another provider: send its content as `file_data`.');
  }
  const at = `${param}.file_data`;
  const context = readOptionalString(file['context'], `${param}.context`) ?? '';
  return [...textParts(context), filePart(readData(readString(file['file_data'], at), at), at)];
}

function filePart(data: DataUrl, param: string): Part {
  if (isPdf(data)) return inline('application/pdf', data.base64);
  if (data.mediaType.startsWith('image/')) return imagePart(data, param);
  if (/^(?:text|audio|video)\/./.test(data.mediaType)) return inline(data.mediaType, data.base64);
  throw invalidField(param, 'has to be a PDF, text, an image, audio or video.');
}

/** Files at Google are under the shared credential, and what lies elsewhere has a size that nobody here knows. */
function readData(url: string, param: string): DataUrl {
  if (/^https?:/i.test(url)) {
    throw unsupportedField(
      param,
      'is an address, which the provider of this model is not made to fetch: send a data URL.',
    );
  }
  const data = parseDataUrl(url);
  if (data === undefined) throw invalidField(param, 'has to be a data URL of base64 (`data:image/png;base64,…`).');
  return data;
}
