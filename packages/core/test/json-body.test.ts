import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  editJsonBody,
  GatewayError,
  maxBodyDepth,
  parseJsonBody,
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
    const span = body.members.get(member);
    return span === undefined ? undefined : body.raw.toString('utf8', span.start, span.end);
  };
  assert.deepEqual([text('a'), text('b'), text('c')], ['{"x":[1]}', '-1e3', '"q\\","']);
});
