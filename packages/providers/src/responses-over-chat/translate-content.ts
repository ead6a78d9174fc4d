import type { JsonObject, JsonValue } from '@tollgate/core';
import type { Origins } from '../base/caller-fields.ts';
import {
  invalidField,
  isPresent,
  presentMembers,
  readArray,
  readObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';

/** Content of a message or of a tool's output as a chat message has it: plain text stays text. */
export function translateContent(content: JsonValue | undefined, param: string, origins: Origins): JsonValue {
  if (typeof content === 'string') return content;
  if (!isPresent(content)) throw invalidField(param, 'has to be a string or an array of parts.');
  return asContent(
    readArray(content, param).map((value, index) => {
      const at = `${param}[${index}]`;
      return origins.note(translatePart(readObject(value, at), at), at);
    }),
  );
}

/** Most servers take an array of parts, all of them take a string. */
export function asContent(parts: readonly JsonObject[]): JsonValue {
  const [only] = parts;
  if (only === undefined) return '';
  const isPlain = parts.length === 1 && only['type'] === 'text' && only['cache_control'] === undefined;
  return isPlain ? (only['text'] ?? '') : parts;
}

function translatePart(part: JsonObject, at: string): JsonObject {
  const type = readString(part['type'], `${at}.type`);
  const mark = cacheMark(part);
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part['text'], `${at}.text`), ...mark };
    case 'input_image':
      return { type: 'image_url', image_url: translateImage(part, at), ...mark };
    case 'input_file':
      return { type: 'file', file: translateFile(part, at), ...mark };
    case 'input_audio':
      return { type, input_audio: readObject(part['input_audio'], `${at}.input_audio`), ...mark };
    default:
      throw unsupportedField(
        `${at}.type`,
        `is ${JSON.stringify(type)}, which this model does not take: use input_text, input_image or input_file.`,
      );
  }
}

/** OpenAI's mark for caching up to here, and the one that OpenRouter and Anthropic have. */
export function cacheMark(part: JsonObject): JsonObject {
  if (isPresent(part['cache_control'])) return { cache_control: part['cache_control'] };
  return isPresent(part['prompt_cache_breakpoint']) ? { cache_control: { type: 'ephemeral' } } : {};
}

function translateImage(part: JsonObject, at: string): JsonObject {
  refuseFileId(part, at, 'image_url');
  const detail = readOptionalString(part['detail'], `${at}.detail`);
  return presentMembers({
    url: readString(part['image_url'], `${at}.image_url`),
    detail: detail === 'auto' ? undefined : detail,
  });
}

function translateFile(part: JsonObject, at: string): JsonObject {
  refuseFileId(part, at, 'file_data');
  const url = readOptionalString(part['file_url'], `${at}.file_url`);
  return presentMembers({
    filename: readOptionalString(part['filename'], `${at}.filename`),
    file_data: url ?? readString(part['file_data'], `${at}.file_data`),
  });
}

function refuseFileId(part: JsonObject, at: string, instead: string): void {
  if (!isPresent(part['file_id'])) return;
  throw unsupportedField(`${at}.file_id`, `names a file at another provider: send its content as \`${instead}\`.`);
}
