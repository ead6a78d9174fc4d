import { GatewayError } from './errors/gateway-error.ts';
import { spanOf, type JsonBody, type MemberSpan } from './json-body.ts';
import type { Span } from './scan-json.ts';

/**
 * A multipart form, kept as the bytes that came beside the texts of its fields. What is a file is only counted: its
 * bytes are the provider's.
 */
export interface FormBody extends JsonBody {
  /** With the boundary, as it came. */
  readonly contentType: string;
  readonly fileBytes: number;
}

export const isFormBody = (body: JsonBody): body is FormBody => 'contentType' in body;

const maxParts = 64;
const maxFieldBytes = 64 * 1024;
const newLine = Buffer.from('\r\n');
const headersEnd = Buffer.from('\r\n\r\n');

/** Reads a form (RFC 7578). Throws `invalid_form` for what two readers could understand differently. */
export function parseFormBody(raw: Buffer, contentType: string): FormBody {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
  const value: Record<string, string> = {};
  const members: MemberSpan[] = [];
  let fileBytes = 0;
  for (const { name, isFile, span } of readParts(raw, delimiter)) {
    if (isFile) {
      fileBytes += span.end - span.start;
      continue;
    }
    if (span.end - span.start > maxFieldBytes) throw invalidForm(`the field \`${name}\` is too long`);
    // Lists come as `name[]`, several times; what admission goes by stands once.
    if (!name.endsWith('[]') && members.some((member) => member.name === name))
      throw invalidForm(`the field \`${name}\` stands twice`);
    members.push({ name, ...span });
    value[name] = raw.toString('utf8', span.start, span.end);
  }
  return { raw, byteLength: raw.length, value, outline: value, members, contentType, fileBytes };
}

/** The form's bytes with the text of fields replaced. Fields that are absent stay absent. */
export function editFormBody(body: FormBody, edits: ReadonlyMap<string, string>): Buffer {
  const found = [...edits].flatMap(([name, text]) => {
    const span = spanOf(body, name);
    return span === undefined ? [] : [{ span, text }];
  });
  const pieces: Buffer[] = [];
  let copiedTo = 0;
  for (const { span, text } of found.toSorted((a, b) => a.span.start - b.span.start)) {
    pieces.push(body.raw.subarray(copiedTo, span.start), Buffer.from(text));
    copiedTo = span.end;
  }
  return Buffer.concat([...pieces, body.raw.subarray(copiedTo)]);
}

interface Part {
  readonly name: string;
  readonly isFile: boolean;
  readonly span: Span;
}

function* readParts(raw: Buffer, delimiter: Buffer): Generator<Part> {
  // The first delimiter may stand at the very beginning, without the line end before it.
  const first = raw.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2)) ? -2 : raw.indexOf(delimiter);
  if (first === -1) throw invalidForm('it does not begin with the boundary that the header names');
  let at = first + delimiter.length;
  for (let parts = 0; !isLast(raw, at); parts += 1) {
    if (parts >= maxParts) throw invalidForm(`it has more than ${maxParts} parts`);
    if (!raw.subarray(at, at + 2).equals(newLine)) throw invalidForm('a boundary is not a line of its own');
    const headEnd = raw.indexOf(headersEnd, at);
    const end = raw.indexOf(delimiter, headEnd);
    if (headEnd === -1 || end === -1) throw invalidForm('its last part has no end');
    yield { ...readHead(raw.toString('utf8', at + 2, headEnd)), span: { start: headEnd + 4, end } };
    at = end + delimiter.length;
  }
}

const isLast = (raw: Buffer, at: number): boolean => raw.toString('latin1', at, at + 2) === '--';

function readHead(text: string): Pick<Part, 'name' | 'isFile'> {
  const line = text.split('\r\n').find((header) => /^content-disposition:/i.test(header)) ?? '';
  const name = /;\s*name="([^"]*)"/i.exec(line)?.[1] ?? /;\s*name=([^\s;"]+)/i.exec(line)?.[1];
  if (name === undefined || name === '__proto__') throw invalidForm('a part has no name');
  return { name, isFile: /;\s*filename\*?=/i.test(line) };
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw invalidForm('`content-type` names no boundary');
  return boundary;
}

const invalidForm = (what: string): GatewayError =>
  new GatewayError('invalid_form', { message: `The form cannot be read: ${what}.` });
