import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editFormBody, GatewayError, parseFormBody } from '@tollgate/core';

const contentType = 'multipart/form-data; boundary=b1';

const part = (head: string, content: string): string =>
  `--b1\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n`;

const formOf = (...parts: readonly string[]): Buffer => Buffer.from(`${parts.join('')}--b1--\r\n`);

const file = part('name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg', '\r\n--b\r\n\0bytes');

function faultOf(raw: Buffer | string, type = contentType): string {
  try {
    parseFormBody(Buffer.from(raw), type);
  } catch (error) {
    assert.ok(error instanceof GatewayError);
    return error.code;
  }
  return 'none';
}

test('a form is its text fields, the bytes of its files, and the bytes that came', () => {
  const raw = formOf(part('name="model"', 'whisper-1'), file, part('name=language', 'en'));
  const body = parseFormBody(raw, contentType);
  assert.deepEqual({ ...body.value }, { model: 'whisper-1', language: 'en' });
  assert.equal(body.fileBytes, '\r\n--b\r\n\0bytes'.length);
  assert.equal(body.raw, raw);
});

test('a field is replaced where it stands, and nothing else changes', () => {
  const raw = formOf(file, part('name="model"', 'whisper-1'));
  const edited = editFormBody(
    parseFormBody(raw, contentType),
    new Map([
      ['model', 'whisper-large'],
      ['absent', 'x'],
    ]),
  );
  assert.equal(edited.toString(), raw.toString().replace('whisper-1', 'whisper-large'));
});

test('a quoted boundary and lists of values are taken', () => {
  const raw = formOf(part('name="include[]"', 'a'), part('name="include[]"', 'b'));
  assert.equal(faultOf(raw, 'multipart/form-data; boundary="b1"'), 'none');
});

test('a form that two readers could understand differently is refused', () => {
  assert.equal(faultOf(formOf(part('name="model"', 'a'), part('name="model"', 'b'))), 'invalid_form');
  assert.equal(faultOf(formOf(part('filename="x"', 'a'))), 'invalid_form');
  assert.equal(faultOf(formOf(part('name="__proto__"', 'a'))), 'invalid_form');
  assert.equal(faultOf(formOf(part('name="prompt"', 'x'.repeat(70_000)))), 'invalid_form');
  assert.equal(faultOf(part('name="model"', 'a')), 'invalid_form', 'no end');
  assert.equal(faultOf('--b1junk\r\n\r\n--b1--'), 'invalid_form');
  assert.equal(faultOf('{}'), 'invalid_form');
  assert.equal(faultOf(formOf(), 'multipart/form-data'), 'invalid_form', 'no boundary');
  assert.equal(faultOf(formOf(...Array.from({ length: 65 }, (_, n) => part(`name="f${n}"`, '')))), 'invalid_form');
});
