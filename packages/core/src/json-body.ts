import { isUtf8 } from 'node:buffer';
import { GatewayError } from './errors/gateway-error.ts';
import { isJsonObject, tryParseJson, type JsonObject, type JsonValue } from './json.ts';
import { scanJson, type Span, type WrittenMember } from './scan-json.ts';

/**
 * A JSON request body, kept as the bytes that came beside what they mean, so that what is only
 * forwarded is never serialised again: a changed member is spliced into the raw bytes.
 */
export interface JsonBody {
  readonly raw: Buffer;
  /** Of `raw`, also once those were given back. */
  readonly byteLength: number;
  /** What all of it means. Where long strings stand in it, it is read from the bytes when it is first asked for. */
  readonly value: JsonObject;
  /**
   * The same, but for its long strings: something else stands in their place. For whoever asks what is there, of which kind, or
   * compares short words. It spares making texts of a long prompt that is only forwarded.
   */
  readonly outline: JsonObject;
  /** In the order in which they are written. */
  readonly members: readonly MemberSpan[];
}

/** A top-level member, and where its value lies. */
export interface MemberSpan extends Span {
  readonly name: string;
}

export const spanOf = ({ members }: JsonBody, name: string): Span | undefined =>
  members.find((member) => member.name === name);

const closeBrace = 0x7d;

/** What a long string is in an outline. Longer than whatever is compared with or measured there, and nobody's text. */
const standIn = '.'.repeat(1024);

/**
 * Reads a request body. Refuses what two readers could understand differently (a top-level member
 * twice), what only an attacker sends (deep nesting, `__proto__`) and what is no JSON object.
 */
export function parseJsonBody(raw: Buffer): JsonBody {
  const { members, longStrings, isSound } = scanJson(raw);
  const outline = isSound && isUtf8(raw) ? tryParseJson(outlineText(raw, longStrings)) : undefined;
  if (!isJsonObject(outline)) {
    throw new GatewayError('invalid_json', {
      message: outline === undefined ? 'The body is not valid JSON.' : 'The body has to be a JSON object.',
    });
  }
  const spans = membersOf(raw, members);
  return longStrings.length === 0
    ? { raw, byteLength: raw.length, value: outline, outline, members: spans }
    : new LongBody(raw, outline, spans);
}

/** A body of our own making. */
export function jsonBodyOf(value: JsonObject): JsonBody {
  const raw = Buffer.from(JSON.stringify(value));
  return { raw, byteLength: raw.length, value, outline: value, members: membersOf(raw, scanJson(raw).members) };
}

class LongBody implements JsonBody {
  readonly raw: Buffer;
  readonly byteLength: number;
  readonly outline: JsonObject;
  readonly members: readonly MemberSpan[];
  #value: JsonObject | undefined;

  constructor(raw: Buffer, outline: JsonObject, members: readonly MemberSpan[]) {
    this.raw = raw;
    this.byteLength = raw.length;
    this.outline = outline;
    this.members = members;
  }

  get value(): JsonObject {
    if (this.#value !== undefined) return this.#value;
    const value = tryParseJson(this.raw.toString('utf8'));
    if (!isJsonObject(value)) throw new Error('a body had an outline and is no JSON object');
    this.#value = value;
    return value;
  }
}

/** A top-level member of a body whose outline may not have all of it. */
export function readMember(body: JsonBody, name: string): JsonValue | undefined {
  const span = spanOf(body, name);
  return span === undefined ? undefined : tryParseJson(body.raw.toString('utf8', span.start, span.end));
}

function outlineText(raw: Buffer, longStrings: readonly Span[]): string {
  let text = '';
  let copiedTo = 0;
  for (const { start, end } of longStrings) {
    text += `${raw.toString('utf8', copiedTo, start)}${standIn}`;
    copiedTo = end;
  }
  return text + raw.toString('utf8', copiedTo);
}

/** The body's bytes with members set to new JSON values (added where absent) or, for undefined, removed. */
export function editJsonBody(body: JsonBody, edits: ReadonlyMap<string, JsonValue | undefined>): Buffer {
  const replaced = [...edits]
    .map(([name, value]) => ({ name, value, span: spanOf(body, name) }))
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
  pieces.push(body.raw.subarray(copiedTo, closing), Buffer.from(membersText(added, body.members.length > 0)));
  return Buffer.concat([...pieces, body.raw.subarray(closing)]);
}

/** Removing a member concerns its comma too; rare enough to write the members anew from their raw spans. */
function rebuild(body: JsonBody, edits: ReadonlyMap<string, JsonValue | undefined>): Buffer {
  const kept = body.members
    .filter(({ name }) => !edits.has(name))
    .map(({ name, start, end }) => [Buffer.from(`${JSON.stringify(name)}:`), body.raw.subarray(start, end)]);
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

/** Of bytes that are known to be a JSON object by now. */
function membersOf(raw: Buffer, written: readonly WrittenMember[]): readonly MemberSpan[] {
  const names = new Set<string>();
  return written.map(({ nameStart, nameEnd, start, end }) => {
    const name = nameOf(raw, nameStart, nameEnd);
    rejectName(name, names);
    names.add(name);
    return { name, start, end };
  });
}

/** A member's name, its escapes resolved: `mod\u0065l` is `model`. */
function nameOf(raw: Buffer, start: number, end: number): string {
  const text = raw.toString('utf8', start + 1, end - 1);
  if (!text.includes('\\')) return text;
  const resolved = tryParseJson(`"${text}"`);
  return typeof resolved === 'string' ? resolved : '';
}

function rejectName(name: string, others: ReadonlySet<string>): void {
  if (name === '__proto__') {
    throw new GatewayError('forbidden_field', { message: 'The field `__proto__` is not allowed.', param: name });
  }
  if (others.has(name)) {
    throw new GatewayError('duplicate_field', { message: `The field \`${name}\` stands twice.`, param: name });
  }
}
