import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { cleanPrefix, randomPrefix, startRedis } from '../src/index.ts';

test('a private Redis answers, takes arguments, and is gone after stop', async () => {
  const server = await startRedis({ args: ['--maxmemory', '64mb'] });
  const redis = new Redis(server.url);
  assert.deepEqual(await redis.config('GET', 'maxmemory'), ['maxmemory', '67108864']);
  redis.disconnect();
  await server.stop();
  assert.throws(() => process.kill(server.pid, 0), { code: 'ESRCH' });
});

test('a server that cannot start says why', async () => {
  await assert.rejects(startRedis({ args: ['--maxmemory-policy', 'nonsense'] }), /ended at once/);
});

test('cleaning a prefix removes its keys and no others', async (t) => {
  const server = await startRedis();
  t.after(() => server.stop());
  const redis = new Redis(server.url);
  const prefix = randomPrefix();
  await redis.mset(`${prefix}:a`, '1', `${prefix}:b`, '2', 'other', '3');
  await cleanPrefix(server.url, prefix);
  assert.deepEqual(await redis.keys('*'), ['other']);
  redis.disconnect();
});
