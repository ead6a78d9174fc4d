import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBaseUrl, sealHeaders } from '../../src/base/egress.ts';

test('a base address is an origin and a path without a slash at its end', () => {
  assert.deepEqual(parseBaseUrl('https://openrouter.ai/api/v1/'), {
    origin: 'https://openrouter.ai',
    basePath: '/api/v1',
  });
  assert.deepEqual(parseBaseUrl('http://127.0.0.1:11434'), { origin: 'http://127.0.0.1:11434', basePath: '' });
});

test('an address with credentials, a query or another scheme is refused without being repeated', () => {
  for (const url of ['https://u:secret@host/v1', 'https://host/v1?key=secret', 'file:///secret', 'secret', '']) {
    assert.throws(
      () => parseBaseUrl(url),
      (error: unknown) => error instanceof RangeError && !error.message.includes('secret'),
    );
  }
});

test('a header that is not on the list does not leave', () => {
  for (const name of ['cookie', 'x-forwarded-for', 'x-tollgate-tags', 'openai-organization', 'host']) {
    assert.throws(() => sealHeaders({ authorization: 'Bearer x', [name]: 'y' }), RangeError);
  }
});

test('no provider is asked for a compressed answer', () => {
  assert.equal(sealHeaders({})['accept-encoding'], 'identity');
});
