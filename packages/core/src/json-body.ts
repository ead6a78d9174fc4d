import { isUtf8 } from 'node:buffer';
import { GatewayError } from './errors/gateway-error.ts';
import { isJsonObject, tryParseJson, type JsonObject, type JsonValue } from './json.ts';

/** Where a top-level member's value lies in the raw bytes: [start, end). */
export interface MemberSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * A JSON request body, kept as the bytes that came beside what they mean, so that what is only
 * forwarded is never serialised again: a changed member is spliced into the raw bytes.
 */
export interface JsonBody {
  readonly raw: Buffer;
  readonly value: JsonObject;
  readonly members: ReadonlyMap<string, MemberSpan>;
}

export const maxBodyDepth = 128;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Reads a request body. Refuses what two readers could understand differently (a top-level member
 * twice), what only an attacker sends (deep nesting, `__proto__`) and what is no JSON object.
 */
export function parseJsonBody(raw: Buffer): JsonBody {
  const spans = scanBody(raw);
  const value = isUtf8(raw) ? tryParseJson(raw.toString('utf8')) : undefined;
  if (!isJsonObject(value)) {
    throw new GatewayError('invalid_json', {
      message: value === undefined ? 'The body is not valid JSON.' : 'The body has to be a JSON object.',
    });
  }
  return { raw, value, members: membersOf(raw, spans) };
}

/** A body of our own making. */
export function jsonBodyOf(value: JsonObject): JsonBody {
  const raw = Buffer.from(JSON.stringify(value));
  return { raw, value, members: membersOf(raw, scanBody(raw)) };
}

/** The body's bytes with members set to new JSON values (added where absent) or, for undefined, removed. */
export function editJsonBody(body: JsonBody, edits: ReadonlyMap<string, JsonValue | undefined>): Buffer {
  const replaced = [...edits]
    .map(([name, value]) => ({ name, value, span: body.members.get(name) }))
    .filter((edit) => edit.span !== undefined || edit.value !== undefined);
  if (replaced.some((edit) => edit.value === undefined)) return rebuild(body, edits);
  const pieces: Buffer[] = [];
  let copiedTo = 0;
  const inPlace = replaced.flatMap(({ span, value }) => (span === undefined ? [] : [{ span, value }]));
  for (const { span, value } of inPlace.toSorted((a, b) => a.span.start - b.span.start)) {
    pieces.push(body.raw.subarray(copiedTo, span.start), Buffer.from(JSON.stringify(value)));
    copiedTo = span.end;
  }
  const added = replaced.filter((edit) => edit.span === undefined);
  const closing = body.raw.lastIndexOf(closeBrace);
  pieces.push(body.raw.subarray(copiedTo, closing), Buffer.from(membersText(added, body.members.size > 0)));
  return Buffer.concat([...pieces, body.raw.subarray(closing)]);
}

/** Removing a member concerns its comma too; rare enough to write the members anew from their raw spans. */
function rebuild(body: JsonBody, edits: ReadonlyMap<string, JsonValue | undefined>): Buffer {
  const kept = [...body.members]
    .filter(([name]) => !edits.has(name))
    .map(([name, span]) => [Buffer.from(`${JSON.stringify(name)}:`), body.raw.subarray(span.start, span.end)]);
  const set = [...edits]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [Buffer.from(`${JSON.stringify(name)}:${JSON.stringify(value)}`)]);
  const pieces = [...kept, ...set].flatMap((member, index) => (index === 0 ? member : [Buffer.from(','), ...member]));
  return Buffer.concat([Buffer.from('{'), ...pieces, Buffer.from('}')]);
}

const membersText = (
  members: readonly { name: string; value: JsonValue | undefined }[],
  afterOthers: boolean,
): string =>
  members
    .map(
      ({ name, value }, index) =>
        `${index > 0 || afterOthers ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(value)}`,
    )
    .join('');

/** A top-level member: where its name lies, quotes included, and its value. */
interface WrittenMember extends MemberSpan {
  readonly nameStart: number;
  readonly nameEnd: number;
}

/**
 * Where the top-level members lie, if the bytes turn out to be a JSON object. Runs before JSON.parse, whose recursion a
 * hostile body could otherwise exhaust, and looks at each byte once; strings are jumped over.
 */
function scanBody(raw: Buffer): readonly WrittenMember[] {
  const members: WrittenMember[] = [];
  let depth = 0;
  let [nameStart, nameEnd, start] = [0, 0, -1];
  const endMember = (end: number): void => {
    if (start !== -1) members.push({ nameStart, nameEnd, start, end: trimmedEnd(raw, end) });
    start = -1;
  };
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    if (byte === quote) {
      const end = stringEnd(raw, at);
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
  return members;
}

const tooDeep = (): GatewayError =>
  new GatewayError('body_too_deep', { message: `The body nests deeper than ${maxBodyDepth} levels.` });

/** Most strings are short, and a call of Buffer's search costs as much as some dozens of bytes looked at here. */
const shortString = 48;

/** The position after a string's closing quote. Long strings are searched from quote to quote, so that they cost little. */
function stringEnd(raw: Buffer, start: number): number {
  const near = Math.min(raw.length, start + shortString);
  for (let at = start + 1; at < near; at += 1) {
    const byte = raw[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at += 1;
  }
  return farStringEnd(raw, start);
}

function farStringEnd(raw: Buffer, start: number): number {
  let at = raw.indexOf(quote, start + 1);
  while (at !== -1) {
    let backslashes = 0;
    while (raw[at - 1 - backslashes] === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
    at = raw.indexOf(quote, at + 1);
  }
  return raw.length;
}

/** Of bytes that are known to be a JSON object by now. */
function membersOf(raw: Buffer, written: readonly WrittenMember[]): ReadonlyMap<string, MemberSpan> {
  const members = new Map<string, MemberSpan>();
  for (const { nameStart, nameEnd, start, end } of written) {
    const name = nameOf(raw, nameStart, nameEnd);
    rejectName(name, members);
    members.set(name, { start, end });
  }
  return members;
}

/** A member's name, its escapes resolved: `mod\u0065l` is `model`. */
function nameOf(raw: Buffer, start: number, end: number): string {
  const text = raw.toString('utf8', start + 1, end - 1);
  if (!text.includes('\\')) return text;
  const resolved = tryParseJson(`"${text}"`);
  return typeof resolved === 'string' ? resolved : '';
}

function rejectName(name: string, members: ReadonlyMap<string, MemberSpan>): void {
  if (name === '__proto__') {
    throw new GatewayError('forbidden_field', { message: 'The field `__proto__` is not allowed.', param: name });
  }
  if (members.has(name)) {
    throw new GatewayError('duplicate_field', { message: `The field \`${name}\` stands twice.`, param: name });
  }
}

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
