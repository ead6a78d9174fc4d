import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '@tollgate/core';
import { askRedis, startRedis } from '@tollgate/testkit';
import { readServerInfo, serverConcerns } from '../../src/index.ts';

test('what weakens the promises is read from a server as it runs, and named', async (t) => {
  const server = await startRedis({ args: ['--appendonly', 'yes', '--maxmemory', '100mb'] });
  t.after(() => server.stop());
  const subjects = async () => {
    const connection = { kind: 'single', url: new Secret(server.url) } as const;
    return serverConcerns(await readServerInfo({ connection, timeoutMs: 5000 })).map(({ subject }) => subject);
  };
  assert.deepEqual(await subjects(), []);
  await askRedis(server.url, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  await askRedis(server.url, 'CONFIG', 'SET', 'maxmemory', '0');
  await askRedis(server.url, 'CONFIG', 'SET', 'appendonly', 'no');
  assert.deepEqual(await subjects(), ['eviction', 'persistence', 'memory']);
});

test('a replica, and a primary whose replication backlog is small, are named', () => {
  const sound = 'maxmemory_policy:noeviction\r\naof_enabled:1\r\nmaxmemory:1000\r\n';
  const subjects = (info: string) => serverConcerns(`${sound}${info}`).map(({ subject }) => subject);
  assert.deepEqual(subjects('role:slave\r\n'), ['role']);
  const primary = 'role:master\r\nconnected_slaves:1\r\n';
  assert.deepEqual(subjects(`${primary}repl_backlog_size:1048576\r\n`), ['replication']);
  assert.deepEqual(subjects(`${primary}repl_backlog_size:33554432\r\n`), []);
});
