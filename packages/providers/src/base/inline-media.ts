/** A `data:` URL's parts. */
export interface DataUrl {
  /** As declared, in lower case. */
  readonly mediaType: string;
  readonly base64: string;
}

const dataUrl = /^data:([^;,]*)(?:;[^;,]*)*;base64,/i;
const base64Text = /^[A-Za-z0-9+/]+={0,2}$/;

export const isBase64 = (text: string): boolean => base64Text.test(text);

/** The parts of a base64 `data:` URL, or undefined for any other text. */
export function parseDataUrl(text: string): DataUrl | undefined {
  const match = dataUrl.exec(text.slice(0, 256));
  if (match === null) return undefined;
  const base64 = text.slice(match[0].length);
  return isBase64(base64) ? { mediaType: (match[1] ?? '').toLowerCase(), base64 } : undefined;
}

export type SniffedImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

/** What the bytes of an image say they are; clients often declare another type. */
export function sniffImageType({ base64 }: DataUrl): SniffedImageType | undefined {
  const head = Buffer.from(base64.slice(0, 24), 'base64').toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (head.startsWith('\x89PNG')) return 'image/png';
  if (head.startsWith('GIF8')) return 'image/gif';
  return head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP' ? 'image/webp' : undefined;
}

export const isPdf = ({ mediaType, base64 }: DataUrl): boolean =>
  mediaType === 'application/pdf' || base64.startsWith(pdfHead);

/** `%PDF-` as base64 begins. */
const pdfHead = 'JVBERi';
