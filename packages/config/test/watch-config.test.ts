import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock, type Clock } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { watchConfig, type Config, type ConfigError } from '../src/index.ts';

const withDrain = (seconds: number): string => `server: { drain_seconds: ${seconds} }\n`;

interface Watched {
  readonly path: string;
  readonly events: string[];
  /** The next event, also one that came before it was asked for. */
  next(): Promise<string>;
}

function watch(context: TestContext, clock: Clock): Watched {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
  const path = join(directory, 'config.yaml');
  writeFileSync(path, withDrain(1));
  const events: string[] = [];
  let wake = (): void => undefined;
  const add = (event: string): void => {
    events.push(event);
    wake();
  };
  const watcher = watchConfig({
    path,
    environment: {},
    clock,
    signalSource: process,
    onChange: (config: Config) => add(`drain ${config.server.drainMs}`),
    onRefused: (error: ConfigError) => add(`refused ${error.problems[0]?.path}`),
  });
  context.after(() => {
    watcher.stop();
    rmSync(directory, { recursive: true });
    assert.equal(process.listenerCount('SIGHUP'), 0);
  });
  let read = 0;
  const next = async (): Promise<string> => {
    if (events.length === read) await new Promise<void>((resolve) => (wake = resolve));
    read += 1;
    return events[read - 1] ?? '';
  };
  return { path, events, next };
}

test('SIGHUP loads the file again, changed or not', async (context) => {
  const watched = watch(context, new ManualClock());
  process.kill(process.pid, 'SIGHUP');
  assert.equal(await watched.next(), 'drain 1000');
  writeFileSync(watched.path, withDrain(2));
  process.kill(process.pid, 'SIGHUP');
  assert.equal(await watched.next(), 'drain 2000');
});

test('a changed file is loaded without a signal, by the real clock too', async (context) => {
  const keepAlive = setInterval(() => undefined, 1000);
  context.after(() => clearInterval(keepAlive));
  const watched = watch(context, systemClock);
  writeFileSync(watched.path, withDrain(3));
  assert.equal(await watched.next(), 'drain 3000');
});

test('a bad new file is refused once, and a good one is taken up after it', (context) => {
  const clock = new ManualClock();
  const watched = watch(context, clock);
  writeFileSync(watched.path, 'server: { drain_secnds: 3 }\n');
  clock.advance(5000);
  assert.deepEqual(watched.events, ['refused server.drain_secnds']);
  writeFileSync(watched.path, withDrain(4));
  clock.advance(5000);
  assert.deepEqual(watched.events, ['refused server.drain_secnds', 'drain 4000']);
});

test('a file that is replaced by renaming is seen', (context) => {
  const clock = new ManualClock();
  const watched = watch(context, clock);
  writeFileSync(`${watched.path}.new`, withDrain(5));
  renameSync(`${watched.path}.new`, watched.path);
  clock.advance(5000);
  assert.deepEqual(watched.events, ['drain 5000']);
});

test('a file behind a symbolic link that is swapped is seen', (context) => {
  const clock = new ManualClock();
  const watched = watch(context, clock);
  writeFileSync(`${watched.path}.v2`, withDrain(6));
  symlinkSync(`${watched.path}.v2`, `${watched.path}.link`);
  renameSync(`${watched.path}.link`, watched.path);
  clock.advance(5000);
  assert.deepEqual(watched.events, ['drain 6000']);
});

test('a file that is still being written is left alone until it rests', (context) => {
  const clock = new ManualClock();
  const watched = watch(context, clock);
  for (const seconds of [7, 8, 9]) {
    writeFileSync(watched.path, withDrain(seconds));
    clock.advance(500);
  }
  assert.deepEqual(watched.events, []);
  clock.advance(500);
  assert.deepEqual(watched.events, ['drain 9000']);
});

test('a file that is gone is refused, and one that says the same is nothing new', (context) => {
  const clock = new ManualClock();
  const watched = watch(context, clock);
  writeFileSync(watched.path, withDrain(1));
  clock.advance(5000);
  assert.deepEqual(watched.events, []);
  renameSync(watched.path, `${watched.path}.away`);
  clock.advance(5000);
  assert.deepEqual(watched.events, ['refused ']);
});

test('nothing is scheduled once it was stopped', () => {
  const clock = new ManualClock();
  const nothing = (): void => undefined;
  const options = { path: '/no/such/file', environment: {}, clock, signalSource: process };
  watchConfig({ ...options, onChange: nothing, onRefused: nothing }).stop();
  assert.equal(clock.scheduledCount, 0);
});
