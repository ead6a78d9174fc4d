import type { PromptPiece } from '../call/ask.ts';

export const bytesPerToken = 4;
/** What an image, a file or a piece of audio counts, whatever its size. */
const tokensPerAttachment = 256;

/** The simulator's tokenizer: a token is four bytes of UTF-8, begun ones count. */
export const countTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesPerToken);

export const textPiece = (text: string, cacheFor?: '5m' | '1h'): PromptPiece => ({
  text,
  tokens: countTokens(text),
  cacheFor,
});

export const attachmentPiece = (identity: string, cacheFor?: '5m' | '1h'): PromptPiece => ({
  text: identity,
  tokens: tokensPerAttachment,
  cacheFor,
});

/** The beginning of a text that fits so many tokens, never ending within a character. */
export function clipToTokens(text: string, tokens: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= tokens * bytesPerToken) return text;
  let end = tokens * bytesPerToken;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** The text in pieces of so many tokens each, as a stream delivers it; each is whole characters. */
export function* splitByTokens(text: string, tokensPerPiece: number): Generator<string> {
  const bytes = Buffer.from(text);
  let start = 0;
  while (start < bytes.length) {
    let end = Math.min(start + tokensPerPiece * bytesPerToken, bytes.length);
    while (isContinuation(bytes[end])) end -= 1;
    yield bytes.toString('utf8', start, end);
    start = end;
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
