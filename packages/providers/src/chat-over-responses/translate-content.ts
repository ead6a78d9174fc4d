import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import {
  isPresent,
  presentMembers,
  readArray,
  readObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';

/** Content of a message, part by part; text content is one text part. */
export function translateContent(content: JsonValue | undefined, param: string): readonly JsonObject[] {
  return readParts(content, param).flatMap(({ part, at }) => [...contextOf(part), translatePart(part, at)]);
}

/** What is known about a file, which translated messages say by its `context`, stands before it. */
function contextOf({ file }: JsonObject): readonly JsonObject[] {
  const context = isJsonObject(file) ? file['context'] : undefined;
  return typeof context === 'string' && context !== '' ? [{ type: 'input_text', text: context }] : [];
}

/** What the assistant said: text and refusals. */
export function translateSaid(content: JsonValue | undefined, param: string): readonly JsonObject[] {
  return readParts(content, param).flatMap(({ part, at }): readonly JsonObject[] => {
    const type = readString(part['type'], `${at}.type`);
    if (type === 'refusal') return [{ type, refusal: readString(part['refusal'], `${at}.refusal`) }];
    if (type !== 'text') throw unsupportedField(`${at}.type`, 'has to be text or refusal in an assistant message.');
    const text = readString(part['text'], `${at}.text`);
    return text === '' ? [] : [{ type: 'output_text', text }];
  });
}

function readParts(content: JsonValue | undefined, param: string): readonly { part: JsonObject; at: string }[] {
  if (!isPresent(content)) return [];
  if (typeof content === 'string') return [{ part: { type: 'text', text: content }, at: param }];
  return readArray(content, param).map((value, index) => {
    const at = `${param}[${index}]`;
    return { part: readObject(value, at), at };
  });
}

function translatePart(part: JsonObject, at: string): JsonObject {
  const type = readString(part['type'], `${at}.type`);
  const mark = presentMembers({ prompt_cache_breakpoint: part['prompt_cache_breakpoint'] });
  switch (type) {
    case 'text':
      return { type: 'input_text', text: readString(part['text'], `${at}.text`), ...mark };
    case 'image_url':
      return { ...translateImage(part['image_url'], `${at}.image_url`), ...mark };
    case 'file':
      return { ...translateFile(readObject(part['file'], `${at}.file`), `${at}.file`), ...mark };
    case 'input_audio':
      return { type, input_audio: part['input_audio'], ...mark };
    default:
      throw unsupportedField(
        `${at}.type`,
        `is ${JSON.stringify(type)}, which this model does not take: use text, image_url or file.`,
      );
  }
}

/** Clients send `{url}`, and some the URL itself. */
function translateImage(value: JsonValue | undefined, param: string): JsonObject {
  const image = isJsonObject(value) ? value : { url: value };
  return presentMembers({
    type: 'input_image',
    image_url: readString(image['url'], isJsonObject(value) ? `${param}.url` : param),
    detail: readOptionalString(image['detail'], `${param}.detail`),
  });
}

function translateFile(file: JsonObject, param: string): JsonObject {
  const data = readOptionalString(file['file_data'], `${param}.file_data`);
  const isUrl = data !== undefined && /^https?:/i.test(data);
  return presentMembers({
    type: 'input_file',
    file_id: readOptionalString(file['file_id'], `${param}.file_id`),
    filename: readOptionalString(file['filename'], `${param}.filename`),
    [isUrl ? 'file_url' : 'file_data']: data,
  });
}
