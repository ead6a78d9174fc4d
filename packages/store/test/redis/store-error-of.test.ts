import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyError } from 'ioredis';
import { StoreError, type StoreErrorCode } from '@tollgate/core';
import { storeErrorOf } from '../../src/redis/store-error-of.ts';

const replies: Readonly<Record<string, StoreErrorCode>> = {
  "OOM command not allowed when used memory > 'maxmemory'.": 'full',
  'LOADING Redis is loading the dataset in memory': 'unavailable',
  "READONLY You can't write against a read only replica.": 'unavailable',
  'TRYAGAIN Multiple keys request during rehashing of slot': 'unavailable',
  'CLUSTERDOWN The cluster is down': 'unavailable',
  'MOVED 11693 127.0.0.1:7001': 'unavailable',
  'ASK 11693 127.0.0.1:7001': 'unavailable',
  'ERR Script attempted to access a non local key in a cluster node script: 7a08, on @user_script:1.': 'unavailable',
  'NOAUTH Authentication required.': 'unavailable',
  'TGSCHEMA tg:{s17}:k:17abc': 'schema',
};

for (const [message, code] of Object.entries(replies)) {
  test(`Redis' ${message.split(' ')[0]} is ${code}`, () => {
    const error = storeErrorOf(new ReplyError(message));
    assert.ok(error instanceof StoreError);
    assert.equal(error.code, code);
  });
}

test('a lost connection is unavailable', () => {
  const error = storeErrorOf(new Error('Connection is closed.'));
  assert.ok(error instanceof StoreError && error.code === 'unavailable');
});

test('a script that fails, and a fault of ours, are handed on as they are', () => {
  const wrongType = new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value');
  const ours = new TypeError('a script replied 5');
  assert.equal(storeErrorOf(wrongType), wrongType);
  assert.equal(storeErrorOf(ours), ours);
});
