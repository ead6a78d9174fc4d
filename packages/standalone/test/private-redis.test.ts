import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'node:net';
import { test, type TestContext } from 'node:test';
import { systemClock } from '@tollgate/core';
import { askRedis } from '../src/private-redis/ask-redis.ts';
import { findRedisServer } from '../src/private-redis/find-redis-server.ts';
import { socketPathFor } from '../src/private-redis/socket-path.ts';
import { startPrivateRedis, type PrivateRedis } from '../src/private-redis/start-private-redis.ts';

const found = findRedisServer(process.env['PATH'] ?? '');
const command = found.kind === 'found' ? found.command : assert.fail('the tests run with a redis-server on PATH');

interface Place {
  readonly dataDirectory: string;
  readonly socket: string;
  readonly said: string[];
  start(): Promise<PrivateRedis>;
}

async function emptyPlace(t: TestContext, name = 'redis'): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'tollgate-private-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const dataDirectory = join(root, name);
  const said: string[] = [];
  return {
    dataDirectory,
    socket: socketPathFor(dataDirectory),
    said,
    start: () => startPrivateRedis({ command, dataDirectory, clock: systemClock, say: (line) => said.push(line) }),
  };
}

/** Looks until it is so; the runner's own time limit is the bound. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate);
}

test('what was written is there after a stop and a start', async (t) => {
  const place = await emptyPlace(t);
  const first = await place.start();
  assert.match((await askRedis(place.socket, 'SET spent 7')) ?? '', /^\+OK/);
  await first.stop();
  assert.equal(await askRedis(place.socket, 'PING'), undefined);
  const second = await place.start();
  t.after(() => second.stop());
  assert.match((await askRedis(place.socket, 'GET spent')) ?? '', /^\$1\r\n7\r\n/);
});

test('a server that dies is started again at the same address with its data', async (t) => {
  const place = await emptyPlace(t);
  const redis = await place.start();
  t.after(() => redis.stop());
  await askRedis(place.socket, 'SET spent 7');
  const killed = redis.pid ?? assert.fail('it runs');
  process.kill(killed, 'SIGKILL');
  await until(async () => redis.pid !== killed && (await askRedis(place.socket, 'GET spent'))?.includes('7') === true);
  assert.deepEqual(place.said, ['its Redis ended unexpectedly and is started again']);
});

test('the server of a killed run is ended, and its data taken over', async (t) => {
  const place = await emptyPlace(t);
  await mkdir(place.dataDirectory);
  const orphan = spawn(
    command,
    ['--port', '0', '--unixsocket', place.socket, '--dir', place.dataDirectory, '--appendonly', 'yes'],
    { stdio: 'ignore' },
  );
  await until(async () => (await askRedis(place.socket, 'SET spent 7'))?.startsWith('+OK') === true);
  const [redis] = await Promise.all([place.start(), once(orphan, 'exit')]);
  t.after(() => redis.stop());
  assert.match((await askRedis(place.socket, 'GET spent')) ?? '', /7/);
});

test('a server that somebody uses is left alone', async (t) => {
  const place = await emptyPlace(t);
  const redis = await place.start();
  t.after(() => redis.stop());
  const owner = createConnection(place.socket);
  t.after(() => owner.destroy());
  await once(owner, 'connect');
  await assert.rejects(place.start(), { name: 'ServerInUseError', message: /another `npm start` of this folder/ });
  assert.match((await askRedis(place.socket, 'PING')) ?? '', /^\+PONG/);
});

test('a server that cannot start says why, and what to do', async (t) => {
  const place = await emptyPlace(t);
  await mkdir(place.dataDirectory);
  await writeFile(join(place.dataDirectory, 'appendonlydir'), 'a file where a directory should be');
  await assert.rejects(place.start(), { message: /its Redis did not start[^]*Set REDIS_URL/ });
});

test('a folder whose path is too long for a socket still gets one', async (t) => {
  const place = await emptyPlace(t, 'long'.repeat(40));
  const redis = await place.start();
  t.after(async () => {
    await redis.stop();
    await rm(join(place.socket, '..'), { recursive: true, force: true });
  });
  assert.match((await askRedis(place.socket, 'PING')) ?? '', /^\+PONG/);
});

test('a server that is too old for the scripts is told from one that is not there', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'tollgate-path-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  assert.deepEqual(findRedisServer(directory), { kind: 'none' });
  await writeFile(join(directory, 'redis-server'), '#!/bin/sh\necho "Redis server v=6.2.7 sha=0"\n');
  await chmod(join(directory, 'redis-server'), 0o755);
  assert.deepEqual(findRedisServer(`${directory}:/bin`), { kind: 'too_old', version: '6.2.7' });
});
