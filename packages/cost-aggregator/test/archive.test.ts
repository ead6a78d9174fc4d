import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock, type ArchivedEvent, type Caller } from '@tollgate/core';
import { createMemoryStore } from '@tollgate/store';
import { askRedis } from '@tollgate/testkit';
import { ShardFiles } from '../src/archive/shard-files.ts';
import { startAggregatorProcess } from './support/aggregator-process.ts';
import { aggregate, hasty, until, valueOf } from './support/aggregators.ts';
import { createCaller, openBench, spend, totals, type Bench } from './support/spending.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-archive-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Line {
  readonly shard: string;
  readonly sequence: string;
  readonly entry_id: string;
  readonly event: { readonly id: string; readonly cost_nano_usd: string };
}

/** All files of the archive, by their path in it. */
const filesOf = (directory: string): readonly string[] =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.ndjson'))
        .toSorted()
    : [];

/** Every line of the archive; each file has to end with a whole one. */
const linesOf = (directory: string): readonly Line[] =>
  filesOf(directory).flatMap((name) => {
    const text = readFileSync(join(directory, name), 'utf8');
    assert.ok(text === '' || text.endsWith('\n'), name);
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  });

const sequencesOf = (directory: string): readonly number[] =>
  linesOf(directory)
    .map(({ sequence }) => Number(sequence))
    .toSorted((a, b) => a - b);

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

const archiveSettings = { batchEvents: 7, leaseMs: 30_000, idleMs: 5, retryMs: 5 };
const settings = { ...hasty, archive: archiveSettings };
const archiveTo = (directory: string, maxWaitingEvents = 1000) => ({ archive: { directory, maxWaitingEvents } });

/** As though the time of a dead worker's lease had passed. */
const lapse = (bench: Bench, { tenant }: Caller) =>
  askRedis(bench.url, 'HSET', `${bench.keyPrefix}:{s${tenant.shard}}:m`, 'archiver_until_ms', 1);

test('applied events are in the archive once, in order and as they were, while two aggregators run', async (t) => {
  await using bench = await openBench();
  const directory = folder(t);
  const caller = await createCaller(bench.store, 'acme');
  const workers = [1, 2].map(() => aggregate(bench.store, settings, archiveTo(directory)));
  for (let nanoUsd = 1n; nanoUsd <= 40n; nanoUsd += 1n) await spend(bench.store, caller, nanoUsd);
  const lag = `tollgate_archive_lag_events{shard="${caller.tenant.shard}"}`;
  const written = async (worker: (typeof workers)[number]) =>
    (await valueOf(worker.metrics, 'tollgate_archive_events_total{result="written"}')) ?? 0;
  await until(async () => (await Promise.all(workers.map(written))).reduce((a, b) => a + b) === 40);
  await Promise.all(workers.map((worker) => worker.stop()));
  const lines = linesOf(directory);
  assert.deepEqual(
    lines.map(({ shard, sequence, event }) => [shard, sequence, event.cost_nano_usd]),
    upTo(40).map((nth) => [caller.tenant.shard, String(nth), String(nth)]),
  );
  const lags = await Promise.all(workers.map(({ metrics }) => valueOf(metrics, lag)));
  assert.deepEqual(
    lags.filter((each) => each !== undefined),
    [0],
  );
  assert.match(filesOf(directory)[0] ?? '', /^open\/s\d\d-\d{4}-\d\d-\d\dT\d\d-000000000001\.ndjson$/);
});

test('an aggregator that is killed again and again while it archives leaves no gap and no event twice', async (t) => {
  await using bench = await openBench();
  const directory = folder(t);
  const caller = await createCaller(bench.store, 'acme');
  const config = `archive: { directory: "${directory}" }\n`;
  let spent = 0;
  const spendMore = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) await spend(bench.store, caller, 1n);
    spent += times;
  };
  for (const kills of [1, 2]) {
    await using victim = await startAggregatorProcess({ redisUrl: bench.url, keyPrefix: bench.keyPrefix, config });
    const before = linesOf(directory).length;
    const spending = spendMore(60);
    await until(async () => linesOrNone(directory) > before);
    victim.signal('SIGKILL');
    await victim.exited;
    await spending;
    await lapse(bench, caller);
    assert.ok(linesOrNone(directory) <= spent, `kill ${kills}`);
  }
  const last = aggregate(bench.store, settings, archiveTo(directory));
  await until(async () => linesOrNone(directory) >= spent);
  await last.stop();
  assert.deepEqual(sequencesOf(directory), upTo(spent));
});

/** A file can end within a line while somebody writes. */
const linesOrNone = (directory: string): number =>
  filesOf(directory).reduce((sum, name) => {
    const text = existsSync(join(directory, name)) ? readFileSync(join(directory, name), 'utf8') : '';
    return sum + text.split('\n').length - 1;
  }, 0);

test('what was on the disk when an aggregator was killed, and Redis was not told of, is not written again', async (t) => {
  await using bench = await openBench();
  const directory = folder(t);
  const caller = await createCaller(bench.store, 'acme');
  const config = `archive: { directory: "${directory}" }\n`;
  await using victim = await startAggregatorProcess({ redisUrl: bench.url, keyPrefix: bench.keyPrefix, config });
  for (let count = 0; count < 6; count += 1) await spend(bench.store, caller, 1n);
  await until(async () => linesOrNone(directory) === 6);
  victim.signal('SIGKILL');
  await victim.exited;
  // As though it had been killed before it said so of all but the first.
  const meta = `${bench.keyPrefix}:{s${caller.tenant.shard}}:m`;
  await askRedis(bench.url, 'HSET', meta, 'archived', 1, 'archived_id', linesOf(directory)[0]?.entry_id ?? '');
  await lapse(bench, caller);
  const successor = aggregate(bench.store, settings, archiveTo(directory));
  await spend(bench.store, caller, 1n);
  await until(async () => linesOrNone(directory) >= 7);
  await successor.stop();
  assert.deepEqual(sequencesOf(directory), upTo(7));
});

test('after Redis lost how far the archive is, events come twice rather than never', async (t) => {
  await using bench = await openBench();
  const directory = folder(t);
  const caller = await createCaller(bench.store, 'acme');
  const worker = aggregate(bench.store, settings, archiveTo(directory));
  for (let count = 0; count < 4; count += 1) await spend(bench.store, caller, 1n);
  await until(async () => linesOrNone(directory) === 4);
  const { entry_id: id = '' } = linesOf(directory)[1] ?? {};
  const meta = `${bench.keyPrefix}:{s${caller.tenant.shard}}:m`;
  const { shard } = caller.tenant;
  // The stream of the promoted replica has other events behind the second.
  for (const { entryId } of (await bench.store.books.events(shard, undefined)).events.slice(2)) {
    await askRedis(bench.url, 'XDEL', `${bench.keyPrefix}:{s${shard}}:ev`, entryId);
  }
  await askRedis(bench.url, 'HSET', meta, 'archived', 2, 'archived_id', id, 'sequence', 2, 'applied', 2);
  for (let count = 0; count < 3; count += 1) await spend(bench.store, caller, 2n);
  await until(async () => linesOrNone(directory) === 7);
  await worker.stop();
  assert.deepEqual(
    linesOf(directory).map(({ sequence, event }) => `${sequence}:${event.cost_nano_usd}`),
    ['1:1', '2:1', '3:1', '4:1', '3:2', '4:2', '5:2'],
  );
});

test('a disk that takes only a part holds up nothing else, is told, and once there is room nothing is missing', async (t) => {
  await using bench = await openBench();
  const directory = folder(t);
  const caller = await createCaller(bench.store, 'acme');
  const config = `archive: { directory: "${directory}" }\n`;
  const limit = { fileBytes: 8192 };
  const options = { redisUrl: bench.url, keyPrefix: bench.keyPrefix, config };
  {
    await using cramped = await startAggregatorProcess({ ...options, limit });
    for (let count = 0; count < 30; count += 1) await spend(bench.store, caller, 1n);
    await until(async () => /the archive cannot be written.*EFBIG/.test(cramped.printed()));
    await until(async () => (await totals(bench.store, caller)).requests === 30);
    const metrics = await (await fetch(`${cramped.operatorUrl}/metrics`)).text();
    assert.match(metrics, /^tollgate_archive_failing 1$/m);
    cramped.signal('SIGTERM');
    assert.equal(await cramped.exited, 0);
  }
  assert.ok(linesOf(directory).length < 30);
  const worker = aggregate(bench.store, settings, archiveTo(directory));
  await until(async () => linesOrNone(directory) === 30);
  assert.equal(await valueOf(worker.metrics, 'tollgate_archive_failing'), 0);
  await worker.stop();
  assert.deepEqual(sequencesOf(directory), upTo(30));
});

test('events that waited beyond the bound for an archive are missed, counted and told', async (t) => {
  const store = createMemoryStore({ clock: systemClock });
  const directory = folder(t);
  writeFileSync(join(directory, 'blocked'), '');
  const caller = await createCaller(store, 'acme');
  const over = { ...settings, keptEvents: 0 };
  const blocked = aggregate(store, over, archiveTo(join(directory, 'blocked'), 5));
  await until(async () => (await valueOf(blocked.metrics, 'tollgate_archive_failing')) === 1);
  for (let count = 0; count < 20; count += 1) await spend(store, caller, 1n);
  const { shard } = caller.tenant;
  await until(async () => (await store.books.events(shard, undefined)).events.length === 5);
  assert.equal(await valueOf(blocked.metrics, 'tollgate_archive_failing'), 1);
  await blocked.stop();
  const worker = aggregate(store, over, archiveTo(join(directory, 'free'), 5));
  await until(async () => linesOrNone(join(directory, 'free')) === 5);
  await worker.stop();
  assert.deepEqual(sequencesOf(join(directory, 'free')), [16, 17, 18, 19, 20]);
  assert.equal(await valueOf(worker.metrics, 'tollgate_archive_events_total{result="missed"}'), 15);
  assert.match(worker.logged(), /dropped before they were archived.*"events":15,"after_sequence":"0"/);
});

const at = (hour: number, sequence: number): ArchivedEvent => ({
  entryId: `${Date.UTC(2026, 10, 25, hour)}-${sequence}`,
  sequence: String(sequence),
  corrects: sequence % 2 === 0 ? '7' : '',
  text: `{"id":"call-${sequence}"}`,
});

test('a file is moved to its day when its hour is over, and the next goes on behind it', async (t) => {
  const directory = folder(t);
  const files = await ShardFiles.open(directory, '17');
  assert.equal(files.written, undefined);
  await files.append([at(22, 1), at(22, 2), at(23, 3), at(24, 4)]);
  assert.deepEqual(filesOf(directory), [
    '2026-11-25/s17-2026-11-25T22-000000000001.ndjson',
    '2026-11-25/s17-2026-11-25T23-000000000003.ndjson',
    'open/s17-2026-11-26T00-000000000004.ndjson',
  ]);
  await files.closeFile();
  await files.release();
  rmSync(join(directory, '2026-11-25'), { recursive: true });
  rmSync(join(directory, '2026-11-26'), { recursive: true });
  assert.deepEqual((await ShardFiles.open(directory, '17')).written, { sequence: '4', entryId: at(24, 4).entryId });
});

test('lines are as ledger export has them, and what is no JSON is text', async (t) => {
  const directory = folder(t);
  const files = await ShardFiles.open(directory, '17');
  await files.append([at(1, 1), at(1, 2), { ...at(1, 3), text: 'no\nJSON' }]);
  await files.release();
  const head = (sequence: number) => ({ shard: '17', sequence: String(sequence), entry_id: at(1, sequence).entryId });
  assert.deepEqual(linesOf(directory), [
    { ...head(1), corrects_nano_usd: null, event: { id: 'call-1' } },
    { ...head(2), corrects_nano_usd: '7', event: { id: 'call-2' } },
    { ...head(3), corrects_nano_usd: null, event: 'no\nJSON' },
  ]);
});

for (const cut of [1, 40, 100]) {
  test(`a line that was written but for its last ${cut} bytes is taken back`, async (t) => {
    const directory = folder(t);
    const files = await ShardFiles.open(directory, '17');
    await files.append([at(1, 1), at(1, 2), at(1, 3)]);
    await files.release();
    const [name = ''] = filesOf(directory);
    const path = join(directory, name);
    truncateSync(path, readFileSync(path).length - cut);
    const again = await ShardFiles.open(directory, '17');
    assert.deepEqual(again.written?.sequence, '2');
    assert.deepEqual(sequencesOf(directory), upTo(2));
    await again.append([at(1, 3), at(1, 4)]);
    await again.release();
    assert.deepEqual(sequencesOf(directory), upTo(4));
    assert.equal(filesOf(directory).length, 1);
  });
}

test('a file without a whole line is gone, and one that was noted and not moved goes on', async (t) => {
  const directory = folder(t);
  const files = await ShardFiles.open(directory, '17');
  await files.append([at(1, 1)]);
  await files.closeFile();
  writeFileSync(join(directory, 'open', 's17-2026-11-25T02-000000000002.ndjson'), '{"shard":"17","seq');
  writeFileSync(join(directory, 'open', 's18-2026-11-25T02-000000000002.ndjson'), 'of another shard');
  const again = await ShardFiles.open(directory, '17');
  assert.deepEqual([again.written?.sequence, again.openHour], ['1', undefined]);
  assert.ok(!existsSync(join(directory, 'open', 's17-2026-11-25T02-000000000002.ndjson')));
  await again.append([at(1, 2)]);
  await again.closeFile();
  await again.append([at(1, 2)]);
  await again.closeFile();
  assert.deepEqual(filesOf(directory).slice(0, 3), [
    '2026-11-25/s17-2026-11-25T01-000000000001.ndjson',
    '2026-11-25/s17-2026-11-25T01-000000000002-2.ndjson',
    '2026-11-25/s17-2026-11-25T01-000000000002.ndjson',
  ]);
});

test('the last line is found however long it is', async (t) => {
  const directory = folder(t);
  const long = (sequence: number): ArchivedEvent => ({
    ...at(1, sequence),
    text: JSON.stringify({ id: 'x'.repeat(200_000) }),
  });
  for (const sequence of [1, 2]) {
    const files = await ShardFiles.open(directory, '17');
    await files.append([long(sequence)]);
    await files.release();
    const again = await ShardFiles.open(directory, '17');
    assert.equal(again.written?.sequence, String(sequence));
    await again.release();
  }
});
