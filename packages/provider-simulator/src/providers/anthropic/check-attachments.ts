import { isJsonObject, type JsonObject } from '@tollgate/core';
import { textOf } from '../read-members.ts';

const imageTypes: readonly string[] = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** What is wrong with an image, in the API's words. */
export function checkImage({ source }: JsonObject, at: string): string | undefined {
  if (!isJsonObject(source)) return `${at}.image.source: Field required`;
  if (source['type'] === 'url') return checkUrl(source, `${at}.image.source.url`);
  if (source['type'] === 'file') return undefined;
  if (source['type'] !== 'base64') return wrongTag(`${at}.image.source`, source, ['base64', 'file', 'url']);
  const place = `${at}.image.source.base64`;
  const mediaType = textOf(source['media_type']);
  if (!imageTypes.includes(mediaType)) {
    return `${place}.media_type: Input should be ${imageTypes.map((type) => `'${type}'`).join(', ')}`;
  }
  const bytes = decode(source['data']);
  if (bytes === undefined) return `${place}.data: Input should be a valid base64 string`;
  const looksLike = imageTypeOf(bytes);
  return looksLike === undefined || looksLike === mediaType
    ? undefined
    : `${place}.data: The image was specified using the ${mediaType} media type, but the image appears to be a ${looksLike} image`;
}

/** What is wrong with a document, in the API's words. */
export function checkDocument({ source }: JsonObject, at: string): string | undefined {
  if (!isJsonObject(source)) return `${at}.document.source: Field required`;
  switch (source['type']) {
    case 'base64':
      return checkPdf(source, `${at}.document.source.base64`);
    case 'text':
      if (source['media_type'] !== 'text/plain') {
        return `${at}.document.source.text.media_type: Input should be 'text/plain'`;
      }
      return typeof source['data'] === 'string' ? undefined : `${at}.document.source.text.data: Field required`;
    case 'url':
      return checkUrl(source, `${at}.document.source.url`);
    case 'content':
    case 'file':
      return undefined;
    default:
      return wrongTag(`${at}.document.source`, source, ['base64', 'content', 'file', 'text', 'url']);
  }
}

function checkPdf(source: JsonObject, place: string): string | undefined {
  if (source['media_type'] !== 'application/pdf') return `${place}.media_type: Input should be 'application/pdf'`;
  const bytes = decode(source['data']);
  if (bytes === undefined) return `${place}.data: Input should be a valid base64 string`;
  return bytes.subarray(0, 4).toString('latin1') === '%PDF'
    ? undefined
    : `${place}.data: The PDF specified was not valid.`;
}

const checkUrl = ({ url }: JsonObject, place: string): string | undefined =>
  /^https?:\/\//.test(textOf(url)) ? undefined : `${place}.url: Only HTTPS URLs are supported.`;

const wrongTag = (place: string, source: JsonObject, tags: readonly string[]): string =>
  `${place}: Input tag '${textOf(source['type'])}' found using 'type' does not match any of the expected tags: ${tags.map((tag) => `'${tag}'`).join(', ')}`;

function decode(encoded: unknown): Buffer | undefined {
  if (typeof encoded !== 'string' || encoded === '' || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return undefined;
  return encoded.length % 4 === 0 ? Buffer.from(encoded, 'base64') : undefined;
}

const beginnings: readonly (readonly [string, string])[] = [
  ['ffd8ff', 'image/jpeg'],
  ['89504e47', 'image/png'],
  ['47494638', 'image/gif'],
  ['52494646', 'image/webp'],
];

const imageTypeOf = (bytes: Buffer): string | undefined => {
  const start = bytes.subarray(0, 4).toString('hex');
  return beginnings.find(([beginning]) => start.startsWith(beginning))?.[1];
};
