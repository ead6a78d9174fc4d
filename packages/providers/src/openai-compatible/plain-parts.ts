import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { unsupportedField } from '../base/read-fields.ts';

/** Content as every server takes it: text where there is nothing else, else parts without members of OpenRouter's. */
export function plainContent(content: JsonValue | undefined, dropped: Set<string>): JsonValue {
  const parts = plainParts(content, dropped);
  return parts.every(isText) ? textOfParts(parts) : parts;
}

export const isText = (part: JsonObject): boolean => part['type'] === 'text';

export const textOfParts = (parts: readonly JsonObject[]): string =>
  parts.map(({ text }) => (typeof text === 'string' ? text : '')).join('\n');

export function plainParts(content: JsonValue | undefined, dropped: Set<string>): readonly JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return isJsonArray(content) ? content.filter(isJsonObject).flatMap((part) => plainPart(part, dropped)) : [];
}

function plainPart({ cache_control: mark, ...part }: JsonObject, dropped: Set<string>): readonly JsonObject[] {
  if (mark !== undefined) dropped.add('cache_control');
  return isJsonObject(part['file']) ? plainFile(part['file'], dropped) : [part];
}

const textUrl = /^data:text\/plain;base64,/;
const unnamed = 'document.pdf';

/** A text is said as one, a PDF stays a file, and what is known about either stands before it. */
function plainFile(file: JsonObject, dropped: Set<string>): readonly JsonObject[] {
  const { filename, file_data: data, context, citations, ...rest } = file;
  if (citations !== undefined) dropped.add('messages[].content[].citations');
  const name = typeof filename === 'string' ? filename : undefined;
  const heading = [name, typeof context === 'string' ? context : undefined].filter((line) => line !== undefined);
  if (typeof data !== 'string') return [{ type: 'file', file }];
  if (/^https?:/i.test(data)) {
    throw unsupportedField(
      'messages',
      'has a document by its URL, which the provider of this model does not fetch: send its content as base64.',
    );
  }
  if (textUrl.test(data)) {
    const text = Buffer.from(data.replace(textUrl, ''), 'base64').toString('utf8');
    return [{ type: 'text', text: [...heading, text].join('\n\n') }];
  }
  return [
    ...(typeof context === 'string' ? [{ type: 'text', text: context }] : []),
    { type: 'file', file: { filename: name ?? unnamed, file_data: data, ...rest } },
  ];
}
