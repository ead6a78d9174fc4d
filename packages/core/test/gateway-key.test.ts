import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allShards, digestGatewayKey, digestsEqual, mintGatewayKey, parseGatewayKey, Secret } from '../src/index.ts';

const pepper = { version: 'v1', secret: new Secret('a pepper of some length') };

test('a minted key has its shard and id in its text, and a right checksum', () => {
  for (const shard of allShards) {
    const { keyId, text } = mintGatewayKey(shard);
    assert.match(text, /^tg_live_\d{2}[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/);
    assert.deepEqual(parseGatewayKey(text), { keyId, shard });
  }
});

test('a key with any one character changed is refused', () => {
  const { text } = mintGatewayKey('17');
  for (let at = 0; at < text.length; at += 1) {
    const other = text[at] === 'x' ? 'y' : 'x';
    assert.equal(parseGatewayKey(text.slice(0, at) + other + text.slice(at + 1)), undefined, `position ${at}`);
  }
});

test('a key of a shard that does not exist is refused', () => {
  const { text } = mintGatewayKey('64');
  assert.equal(parseGatewayKey(text), undefined);
});

test('arbitrary text is refused', () => {
  fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => parseGatewayKey(text) === undefined));
});

test('the digest depends on the whole key and on the pepper', () => {
  const { text } = mintGatewayKey('00');
  const digest = digestGatewayKey(text, pepper);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.notEqual(digestGatewayKey(mintGatewayKey('00').text, pepper), digest);
  assert.notEqual(digestGatewayKey(text, { ...pepper, secret: new Secret('another pepper') }), digest);
});

test('digests are equal only to themselves, and never to what is no digest', () => {
  const digest = digestGatewayKey('one', pepper);
  assert.equal(digestsEqual(digest, digestGatewayKey('one', pepper)), true);
  assert.equal(digestsEqual(digest, digestGatewayKey('two', pepper)), false);
  assert.equal(digestsEqual('', ''), false);
  assert.equal(digestsEqual('zz', 'zz'), false);
});
