import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeBytes, LongBytes } from '@tollgate/core';

const someBytes = (): Buffer => Buffer.from(new ArrayBuffer(100_000));

test('released bytes are given back when the last write of them has ended', () => {
  const body = new LongBytes(someBytes());
  body.beginWrite();
  body.beginWrite();
  body.release();
  body.endWrite();
  assert.equal(body.bytes.length, 100_000);
  body.endWrite();
  assert.equal(body.bytes.length, 0);
});

test('bytes that were written are kept until they are released', () => {
  const body = new LongBytes(someBytes());
  body.beginWrite();
  body.endWrite();
  assert.equal(body.bytes.length, 100_000);
  body.release();
  body.release();
  assert.equal(body.bytes.length, 0);
});

test('a part of something larger is not given back', () => {
  const whole = someBytes();
  freeBytes(whole.subarray(10));
  freeBytes(Buffer.from('short'));
  assert.equal(whole.length, 100_000);
  freeBytes(whole);
  assert.equal(whole.length, 0);
});
