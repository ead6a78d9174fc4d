import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  editJsonBody,
  GatewayError,
  isJsonArray,
  isJsonObject,
  longStringBytes,
  maxBodyDepth,
  parseJsonBody,
  readMember,
  spanOf,
  type ErrorCode,
  type JsonValue,
} from '../src/index.ts';

const parse = (text: string): ReturnType<typeof parseJsonBody> => parseJsonBody(Buffer.from(text));

const edit = (text: string, edits: readonly (readonly [string, JsonValue | undefined])[]): string =>
  editJsonBody(parse(text), new Map(edits)).toString();

function refusedAs(code: ErrorCode, raw: string | Buffer): void {
  assert.throws(
    () => parseJsonBody(Buffer.from(raw)),
    (error) => error instanceof GatewayError && error.code === code,
    String(raw).slice(0, 60),
  );
}

test('what is no JSON object is refused', () => {
  for (const text of ['', ' ', '{', '{"a":1', '[]', 'null', '"text"', '1', '{"a":1}x', '{a:1}', "{'a':1}"]) {
    refusedAs('invalid_json', text);
  }
});

test('a body that is not UTF-8 is refused', () => {
  refusedAs('invalid_json', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
});

test('a top-level member that stands twice is refused, escapes or not', () => {
  refusedAs('duplicate_field', '{"model":"a","model":"b"}');
  refusedAs('duplicate_field', '{"model":"a","m\\u006fdel":"b"}');
});

test('a member named __proto__ is refused', () => {
  refusedAs('forbidden_field', '{"__proto__":{"admin":true}}');
});

test('nesting is allowed up to the limit and refused beyond', () => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  assert.ok(parse(nested(maxBodyDepth)));
  refusedAs('body_too_deep', nested(maxBodyDepth + 1));
  refusedAs('body_too_deep', '{"a":'.repeat(100_000));
});

test('brackets inside strings are no nesting', () => {
  const text = JSON.stringify({ a: '['.repeat(1000), b: '\\"[{'.repeat(200) });
  assert.equal(parse(text).value['a'], '['.repeat(1000));
});

test('a changed member leaves every other byte as it came', () => {
  assert.equal(
    edit('{ "model" : "a" ,\n "x": [1, 2.50, "\\u00e9"] }', [['model', 'b/c']]),
    '{ "model" : "b/c" ,\n "x": [1, 2.50, "\\u00e9"] }',
  );
});

test('members are added where they are absent and removed on request', () => {
  assert.equal(edit('{"a":1}', [['b', true]]), '{"a":1,"b":true}');
  assert.equal(edit('{}', [['b', true]]), '{"b":true}');
  assert.equal(edit('{"a":1.0,"b":2,"c":3}', [['b', undefined]]), '{"a":1.0,"c":3}');
  assert.equal(edit('{"a":1}', [['z', undefined]]), '{"a":1}');
  const both: [string, JsonValue | undefined][] = [
    ['a', undefined],
    ['b', 5],
  ];
  assert.equal(edit('{"a":1,"b":2,"c":3}', both), '{"c":3,"b":5}');
});

test('an edit gives the object that assigning gives, and leaves untouched members byte for byte', () => {
  const name = fc.constantFrom('model', 'n', 'stream', 'a"b', 'é', 'messages');
  const members = fc.dictionary(name, fc.jsonValue(), { maxKeys: 6 });
  const edits = fc.dictionary(name, fc.option(fc.jsonValue(), { nil: undefined }), { maxKeys: 4 });
  fc.assert(
    fc.property(members, edits, fc.constantFrom(0, 2), (before, changes, indent) => {
      const body = parse(JSON.stringify(before, null, indent));
      const expected = { ...before, ...changes };
      const after = editJsonBody(body, new Map(Object.entries(changes as Record<string, JsonValue | undefined>)));
      assert.deepEqual(JSON.parse(after.toString()), JSON.parse(JSON.stringify(expected)));
    }),
  );
});

test('spans point at the values', () => {
  const raw = '{ "a" : {"x":[1]} , "b":-1e3, "c" : "q\\"," }';
  const body = parse(raw);
  const text = (member: string): string | undefined => {
    const span = spanOf(body, member);
    return span === undefined ? undefined : body.raw.toString('utf8', span.start, span.end);
  };
  assert.deepEqual([text('a'), text('b'), text('c')], ['{"x":[1]}', '-1e3', '"q\\","']);
});

const isAccepted = (raw: Buffer): boolean => {
  try {
    parseJsonBody(raw);
    return true;
  } catch (error) {
    // Brackets of a text whose quote was taken away nest.
    assert.ok(error instanceof GatewayError && /^(?:invalid_json|body_too_deep)$/.test(error.code), String(error));
    return false;
  }
};

const isJson = (raw: Buffer): boolean => {
  try {
    JSON.parse(raw.toString('utf8'));
    return true;
  } catch {
    return false;
  }
};

/** Long enough for no outline to have it, made of pieces that each mean something to JSON. */
const longText = fc
  .array(fc.constantFrom('a', '"', '\\', '\n', '\u0000', '\u007f', 'é', '𝄞', ' !#[]^`{,:', 'word '.repeat(12)), {
    minLength: 1,
    maxLength: 40,
  })
  .map((pieces) => pieces.join('').repeat(Math.ceil((2 * longStringBytes) / pieces.join('').length)));

test('what an outline has is the value, but for long strings, and the value is all that was written', () => {
  const isOutline = (outline: JsonValue | undefined, value: JsonValue | undefined): boolean => {
    if (typeof value === 'string' && Buffer.byteLength(JSON.stringify(value)) - 2 > longStringBytes)
      return typeof outline === 'string' && outline.length === 1024;
    if (isJsonArray(value))
      return (
        isJsonArray(outline) && value.length === outline.length && value.every((one, at) => isOutline(outline[at], one))
      );
    if (!isJsonObject(value)) return outline === value;
    if (!isJsonObject(outline)) return false;
    return [...new Set([...Object.keys(value), ...Object.keys(outline)])].every((name) =>
      isOutline(outline[name], value[name]),
    );
  };
  fc.assert(
    fc.property(longText, fc.tuple(fc.jsonValue(), fc.jsonValue()), fc.constantFrom(0, 2), (long, [a, b], indent) => {
      const written = { a, long, b, messages: [{ content: [{ text: long }, b] }, long] } as const;
      // fast-check makes -0, which JSON does not.
      const value = JSON.parse(JSON.stringify(written)) as typeof written;
      const body = parse(JSON.stringify(value, null, indent));
      assert.deepEqual(body.value, value);
      assert.ok(isOutline(body.outline, value));
      assert.deepEqual(readMember(body, 'long'), long);
      assert.deepEqual(readMember(body, 'messages'), value.messages);
    }),
    { numRuns: 60 },
  );
});

test('a body is refused where JSON.parse refuses it, whatever byte of a long string is another', () => {
  const bytes = fc.constantFrom(
    0x00,
    0x1f,
    0x20,
    0x21,
    0x22,
    0x23,
    0x2f,
    0x5c,
    0x5b,
    0x5d,
    0x61,
    0x66,
    0x67,
    0x75,
    0x7f,
  );
  fc.assert(
    fc.property(longText, fc.array(fc.tuple(fc.nat(), bytes), { minLength: 1, maxLength: 4 }), (long, changes) => {
      const raw = Buffer.from(JSON.stringify({ a: [long], z: 1 }));
      for (const [at, byte] of changes) raw[at % raw.length] = byte;
      // Bytes of other characters are only replaced as a whole.
      if (!isUtf8(raw)) return;
      assert.equal(isAccepted(raw), isJson(raw) && isJsonObject(JSON.parse(raw.toString('utf8'))));
    }),
    { numRuns: 300 },
  );
});

test('every byte and every escape in a long string is judged as JSON.parse does', () => {
  const filling = 'x'.repeat(2 * longStringBytes);
  for (let byte = 0; byte < 0x80; byte += 1) {
    for (let at = 0; at < 8; at += 1) {
      const character = String.fromCharCode(byte);
      for (const piece of [character, `\\${character}`, `\\u12${character}4`]) {
        const raw = Buffer.from(`{"a":"${filling}${'y'.repeat(at)}${piece}","b":"${filling}"}`);
        assert.equal(isAccepted(raw), isJson(raw), `${JSON.stringify(piece)} at ${at}`);
      }
    }
  }
});
