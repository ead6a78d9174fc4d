import { GatewayError } from './errors/gateway-error.ts';

/** Where something lies in the raw bytes: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A top-level member: where its name lies, quotes included, and its value. */
export interface WrittenMember extends Span {
  readonly nameStart: number;
  readonly nameEnd: number;
}

/** What is seen of JSON without reading it. */
export interface JsonScan {
  /** Where they lie, if the bytes turn out to be a JSON object. */
  readonly members: readonly WrittenMember[];
  /** Strings of more than `longStringBytes`, in their order, without their quotes. */
  readonly longStrings: readonly Span[];
  /** False where JSON allows no string such as one of those; shorter ones are not judged. */
  readonly isSound: boolean;
}

export const maxBodyDepth = 128;
export const longStringBytes = 4096;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Runs before JSON.parse, whose recursion a hostile body could otherwise exhaust, and looks at each byte once; strings
 * are jumped over.
 */
export function scanJson(raw: Buffer): JsonScan {
  const members: WrittenMember[] = [];
  const longStrings: Span[] = [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  let isSound = true;
  let depth = 0;
  let [nameStart, nameEnd, start] = [0, 0, -1];
  const endMember = (end: number): void => {
    if (start !== -1) members.push({ nameStart, nameEnd, start, end: trimmedEnd(raw, end) });
    start = -1;
  };
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    if (byte === quote) {
      let end = nearStringEnd(raw, at);
      if (end === -1) {
        end = farStringEnd(raw, view, at);
        if (end === -1) {
          isSound = false;
          break;
        }
        if (end - at - 2 > longStringBytes) longStrings.push({ start: at + 1, end: end - 1 });
      }
      if (depth === 1 && start === -1) [nameStart, nameEnd] = [at, end];
      at = end - 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
      if (depth > maxBodyDepth) throw tooDeep();
    } else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 1) endMember(at);
      depth -= 1;
    } else if (depth === 1 && byte === colon) start = skipSpace(raw, at + 1);
    else if (depth === 1 && byte === comma) endMember(at);
  }
  return { members, longStrings, isSound };
}

const tooDeep = (): GatewayError =>
  new GatewayError('body_too_deep', { message: `The body nests deeper than ${maxBodyDepth} levels.` });

/** Most strings are short, and a call of another function costs as much as some dozens of bytes looked at here. */
const shortString = 48;

/** The position after a string's closing quote; -1 where that is not near. */
function nearStringEnd(raw: Buffer, start: number): number {
  const near = Math.min(raw.length, start + shortString);
  for (let at = start + 1; at < near; at += 1) {
    const byte = raw[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at += 1;
  }
  return -1;
}

/** The position after a string's closing quote; -1 where it has none, or holds what JSON allows in no string. */
function farStringEnd(raw: Buffer, view: DataView, start: number): number {
  let at = plainEnd(view, start + 1);
  while (at < raw.length) {
    if (raw[at] === quote) return at + 1;
    const length = escapeLength(raw, at);
    if (length === 0) return -1;
    at = plainEnd(view, at + length);
  }
  return -1;
}

/**
 * The position of the first byte from `from` on that stands for something else than itself: a quote, a backslash, or one below a
 * space, which JSON forbids. Looks at four bytes at a time: `x - n & ~x & 0x80` over each byte of a word is zero unless a byte
 * is below n. With its second bit flipped, a quote joins those up to 0x20, and the space leaves them.
 */
function plainEnd(view: DataView, from: number): number {
  const lastWord = view.byteLength - 4;
  let at = from;
  while (at <= lastWord) {
    const word = view.getInt32(at, true);
    const flipped = word ^ 0x02020202;
    const noBackslash = word ^ 0x5c5c5c5c;
    if (((((flipped - 0x21212121) & ~flipped) | ((noBackslash - 0x01010101) & ~noBackslash)) & 0x80808080) !== 0) break;
    at += 4;
  }
  while (at < view.byteLength && isPlain(view.getUint8(at))) at += 1;
  return at;
}

const isPlain = (byte: number): boolean => byte >= 0x20 && byte !== quote && byte !== backslash;

/** Of the escape that begins there; 0 where JSON knows none such. */
function escapeLength(raw: Buffer, at: number): number {
  if (raw[at] !== backslash) return 0;
  switch (raw[at + 1]) {
    case 0x22:
    case 0x2f:
    case 0x5c:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return 2;
    case 0x75:
      return isHexDigit(raw[at + 2]) && isHexDigit(raw[at + 3]) && isHexDigit(raw[at + 4]) && isHexDigit(raw[at + 5])
        ? 6
        : 0;
    default:
      return 0;
  }
}

const isHexDigit = (byte = 0): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(raw: Buffer, from: number): number {
  let at = from;
  while (isSpace(raw[at])) at += 1;
  return at;
}

function trimmedEnd(raw: Buffer, from: number): number {
  let end = from;
  while (isSpace(raw[end - 1])) end -= 1;
  return end;
}
