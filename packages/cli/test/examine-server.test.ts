import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '@tollgate/core';
import { examineServer } from '../src/doctor/examine-server.ts';

const inOrder = {
  redis_version: '7.0.15',
  role: 'master',
  maxmemory: '104857600',
  maxmemory_policy: 'noeviction',
  aof_enabled: '1',
};

async function check(changes: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const fields = Object.entries({ ...inOrder, ...changes }).map(([name, value]) => `${name}:${value}`);
  const findings = await examineServer(() => Promise.resolve(['# Server', ...fields, ''].join('\r\n')));
  return Object.fromEntries(findings.map((finding) => [finding.check, `${finding.status} ${finding.detail}`]));
}

test('a Redis that keeps everything is in order', async () => {
  assert.deepEqual(await check({}), {
    redis: 'ok answers, Redis 7.0.15',
    'redis eviction': 'ok noeviction',
    'redis persistence': 'ok append-only file',
    'redis role': 'ok primary',
  });
});

test('Valkey is known by its own version', async () => {
  assert.equal((await check({ valkey_version: '8.1.0' }))['redis'], 'ok answers, Valkey 8.1.0');
});

test('a Redis before 7 fails', async () => {
  assert.equal((await check({ redis_version: '6.2.14' }))['redis'], 'fail answers, Redis 6.2.14');
});

test('a policy that evicts fails, and is a warning while there is no bound to evict at', async () => {
  const evicting = await check({ maxmemory_policy: 'allkeys-lru' });
  assert.match(evicting['redis eviction'] ?? '', /^fail allkeys-lru: Redis may throw limits and spend away$/);
  const unbounded = await check({ maxmemory_policy: 'allkeys-lru', maxmemory: '0' });
  assert.match(unbounded['redis eviction'] ?? '', /^warn allkeys-lru/);
});

test('a Redis without an append-only file is a warning, and a replica fails', async () => {
  assert.match((await check({ aof_enabled: '0' }))['redis persistence'] ?? '', /^warn no append-only file/);
  assert.match((await check({ role: 'slave' }))['redis role'] ?? '', /^fail is a replica/);
});

test('a Redis that cannot be reached fails, with what to do', async () => {
  const away = new StoreError('unavailable', 'no connection to 127.0.0.1:1');
  assert.deepEqual(await examineServer(() => Promise.reject(away)), [
    {
      check: 'redis',
      status: 'fail',
      detail: 'no connection to 127.0.0.1:1',
      advice: 'start Redis, or set REDIS_URL to where it is',
    },
  ]);
});
