import type { ImageMediaType } from './wire.ts';

const imageMediaTypes: ReadonlyMap<string, ImageMediaType> = new Map([
  ['image/jpeg', 'image/jpeg'],
  ['image/jpg', 'image/jpeg'],
  ['image/png', 'image/png'],
  ['image/gif', 'image/gif'],
  ['image/webp', 'image/webp'],
]);

/** A `data:` URL's parts. */
export interface DataUrl {
  readonly mediaType: string;
  readonly base64: string;
}

const dataUrl = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i;
const base64Text = /^[A-Za-z0-9+/]+={0,2}$/;

/** The parts of a base64 `data:` URL, or undefined for any other text. */
export function parseDataUrl(text: string): DataUrl | undefined {
  const match = dataUrl.exec(text.slice(0, 256));
  if (match === null) return undefined;
  const base64 = text.slice(match[0].length);
  return base64Text.test(base64) ? { mediaType: (match[1] ?? '').toLowerCase(), base64 } : undefined;
}

/**
 * What the bytes say they are, else what was declared: Anthropic refuses an image whose declared type
 * is not its own, and clients often get it wrong. Undefined where it is no type that Anthropic takes.
 */
export function imageMediaType({ mediaType, base64 }: DataUrl): ImageMediaType | undefined {
  const head = Buffer.from(base64.slice(0, 24), 'base64').toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('GIF8')) return 'image/gif';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp';
  return imageMediaTypes.get(mediaType);
}

export const isPdf = ({ mediaType, base64 }: DataUrl): boolean =>
  mediaType === 'application/pdf' || base64.startsWith(pdfHead);

/** `%PDF-` as base64 begins. */
const pdfHead = 'JVBERi';
