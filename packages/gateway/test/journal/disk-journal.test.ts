import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ManualClock } from '@tollgate/testkit';
import { DiskJournal } from '../../src/journal/disk-journal.ts';
import { settleIn, type JournalHome } from '../../src/journal/journal-home.ts';
import type { Waiting } from '../../src/journal/waiting.ts';
import { emptyDirectory, numbersOf, settlementOf } from './settlements.ts';

let directory: string;
let clock: ManualClock;
let faults: (Error | undefined)[];
let homes: JournalHome[];

beforeEach(() => {
  directory = emptyDirectory();
  clock = new ManualClock();
  faults = [];
  homes = [];
});

afterEach(async () => {
  await Promise.all(homes.map((home) => home.leave()));
  rmSync(directory, { recursive: true, force: true });
});

async function open(producerId: string, maxBytes = 1024 ** 3): Promise<DiskJournal> {
  const home = await settleIn(directory);
  homes.push(home);
  const onFault = (error: Error | undefined): void => void faults.push(error);
  return new DiskJournal({ home, producerId, clock, maxBytes, onSize: () => undefined, onFault });
}

/** What a SIGKILL does: nothing is written any more, and the socket takes no connections. */
const die = async (): Promise<void> => {
  await homes.pop()?.leave();
};

/** Until the next write to disk is over; that takes time of its own. */
async function flush(afterMs = 100): Promise<void> {
  clock.advance(afterMs);
  while (clock.scheduledCount === 0) await delay(1);
}

const first = (waiting: Iterable<Waiting>): Waiting => {
  const [entry] = waiting;
  assert.ok(entry);
  return entry;
};

/** The only file of a kind that there is. */
function fileNamed(part: string): string {
  const found = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes(part));
  assert.equal(found.length, 1, found.join());
  return join(directory, found[0] ?? '');
}

describe('the journal on disk', () => {
  it('has a settlement whole in its file once it is written, and gives it back as it was', async () => {
    const journal = await open('one');
    journal.append(settlementOf('one', 1));
    await journal.written();
    assert.match(readFileSync(fileNamed('.settlements'), 'utf8'), /^[0-9a-f]{8} S 07 1 \{.*\}\n$/);
    assert.deepEqual(first(journal.waiting()).read(), settlementOf('one', 1));
  });

  it('of a dead process is taken over with what was not confirmed, and with the calls that never left', async () => {
    const journal = await open('one');
    const [, second] = [1, 2, 3].map((sequence) => journal.append(settlementOf('one', sequence)));
    await journal.written();
    assert.ok(second);
    journal.confirm(second);
    for (const reservationId of ['sent', 'unsent', 'refused']) journal.reserving({ reservationId, shard: '07' });
    journal.dispatched('sent');
    journal.ended('refused');
    await flush();
    await die();
    const heir = await open('two');
    assert.deepEqual(numbersOf(heir.waiting()), ['one 1', 'one 3']);
    assert.deepEqual(heir.unsent(), [{ reservationId: 'unsent', shard: '07' }]);
    assert.equal(heir.owedTo('07'), 2);
    await die();
    assert.deepEqual(numbersOf((await open('three')).waiting()), ['one 1', 'one 3']);
  });

  it('writes what one turn of the event loop brings at once, in order', async () => {
    const journal = await open('one');
    const turns = [1, 2, 3].map((sequence) => {
      journal.append(settlementOf('one', sequence));
      return journal.written();
    });
    assert.equal(new Set(turns).size, 1);
    await Promise.all(turns);
    const lines = readFileSync(fileNamed('.settlements'), 'utf8').split('\n');
    assert.deepEqual(
      lines.map((line) => line.slice(9, 15)),
      ['S 07 1', 'S 07 2', 'S 07 3', ''],
    );
    assert.deepEqual(
      [...journal.waiting()].map((waiting) => waiting.read()),
      [1, 2, 3].map((sequence) => settlementOf('one', sequence)),
    );
  });

  it('gives back what it was given, of whatever letters and however large', async () => {
    const journal = await open('one');
    const { reservation } = settlementOf('one', 1);
    const given = ['"\\\u0000\u2028€𝄞', '€'.repeat(200_000), 'short', 'x'.repeat(50_000)].map((terms, index) => ({
      ...settlementOf('one', index + 1),
      reservation: { ...reservation, terms, tenant: 'ac"mé' },
    }));
    for (const settlement of given) {
      journal.append(settlement);
      journal.append({ ...settlement, producer: { id: 'one', sequence: settlement.producer.sequence + 10 } });
      await journal.written();
    }
    const read = [...journal.waiting()].map((waiting) => waiting.read());
    assert.deepEqual(
      read.filter((_, index) => index % 2 === 0),
      given,
    );
    await die();
    const heir = await open('two');
    assert.deepEqual(
      [...heir.waiting()].map((waiting) => waiting.read()),
      read,
    );
  });

  it('reads what other releases wrote, whatever the order of the members', async () => {
    await (await open('one')).written();
    const path = join(fileNamed('calls'), '..', '000000001.settlements');
    const { reservation, ...rest } = settlementOf('one', 1);
    const { admittedAtMs, terms, ...others } = reservation;
    const withAmounts = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
    const json = JSON.stringify({ ...rest, reservation: { terms, admittedAtMs, ...others } }, withAmounts);
    const body = `S 07 1 ${json}`;
    writeFileSync(path, `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`);
    await die();
    assert.deepEqual(first((await open('two')).waiting()).read(), settlementOf('one', 1));
  });

  it('gives an heir the calls that went out without the store knowing them, but not those that ended', async () => {
    const journal = await open('one');
    const { reservation } = settlementOf('one', 1);
    const alone = (reservationId: string) => ({ ...reservation, reservationId });
    for (const id of ['out', 'unsent', 'settled', 'ended']) journal.admittedAlone(alone(id));
    for (const id of ['out', 'settled', 'ended']) journal.dispatched(id);
    journal.append({ ...settlementOf('one', 1), reservation: alone('settled') });
    journal.ended('ended');
    await journal.written();
    await die();
    const heir = await open('two');
    assert.deepEqual(heir.left(), [alone('out')]);
    assert.deepEqual(heir.unsent(), [{ reservationId: 'unsent', shard: '07' }]);
  });

  it('of a process that lives is left alone, and of a dead one taken over by one heir alone', async () => {
    for (const name of ['alive', 'dead']) {
      const journal = await open(name);
      journal.append(settlementOf(name, 1));
      await journal.written();
    }
    await die();
    const heirs = await Promise.all(['a', 'b', 'c'].map((name) => open(name)));
    assert.deepEqual(
      heirs.flatMap((heir) => numbersOf(heir.waiting())),
      ['dead 1'],
    );
  });

  it('passes over a torn tail and a spoiled line, and keeps the rest', async () => {
    const journal = await open('one');
    for (const sequence of [1, 2, 3]) journal.append(settlementOf('one', sequence));
    await journal.written();
    const path = fileNamed('.settlements');
    writeFileSync(path, readFileSync(path, 'utf8').replace('S 07 2', 'S 07 9'));
    appendFileSync(path, '0badc0de S 07 4 {"reserv');
    await die();
    assert.deepEqual(numbersOf((await open('two')).waiting()), ['one 1', 'one 3']);
  });

  it('lets those wait again that the store does not have, though it confirmed them', async () => {
    const journal = await open('one');
    for (const sequence of [1, 2, 3, 4]) {
      const waiting = journal.append(settlementOf('one', sequence));
      await journal.written();
      journal.confirm(waiting);
    }
    assert.deepEqual(journal.producersIn('07'), ['one']);
    assert.equal(await journal.reopen('07', 'one', { mark: 1, ahead: new Set([3]) }), 2);
    assert.deepEqual(numbersOf(journal.waiting()), ['one 2', 'one 4']);
    assert.equal(await journal.reopen('07', 'one', { mark: 1, ahead: new Set([3]) }), 0);
  });

  it('lets a settlement wait again only once that stands in its file twice', async () => {
    const journal = await open('one');
    const waiting = journal.append(settlementOf('one', 1));
    await journal.written();
    journal.confirm(waiting);
    const path = fileNamed('.settlements');
    appendFileSync(path, readFileSync(path));
    assert.equal(await journal.reopen('07', 'one', { mark: 0, ahead: new Set() }), 1);
    assert.deepEqual(numbersOf(journal.waiting()), ['one 1']);
  });

  it('keeps what was confirmed for an hour', async () => {
    const journal = await open('one');
    const waiting = journal.append(settlementOf('one', 1));
    await journal.written();
    journal.confirm(waiting);
    await flush();
    await flush(3_590_000);
    assert.ok(existsSync(fileNamed('.settlements')));
    await flush(20_000);
    await flush();
    assert.throws(() => fileNamed('.settlements'));
  });

  it('is full, and says so, while as much waits as it may hold', async () => {
    const journal = await open('one', 1000);
    const both = [1, 2].map((sequence) => journal.append(settlementOf('one', sequence)));
    await flush();
    assert.equal(journal.isFull, true);
    assert.equal(faults.length, 1);
    for (const waiting of both) journal.confirm(waiting);
    await flush();
    assert.equal(journal.isFull, false);
    assert.deepEqual(faults.at(-1), undefined);
  });

  it('keeps in memory what the disk refuses, admits nothing, and writes it down once it can', async () => {
    const journal = await open('one');
    const folder = join(fileNamed('calls'), '..');
    const obstacle = join(folder, '000000001.settlements');
    writeFileSync(obstacle, '');
    journal.append(settlementOf('one', 1));
    await journal.written();
    assert.equal(journal.isFull, true);
    assert.deepEqual(first(journal.waiting()).read(), settlementOf('one', 1));
    rmSync(obstacle);
    await flush();
    assert.equal(journal.isFull, false);
    await die();
    assert.deepEqual(numbersOf((await open('two')).waiting()), ['one 1']);
  });

  it('sets aside what the store can never take, with the reason, and waits for it no longer', async () => {
    const journal = await open('one');
    journal.append(settlementOf('one', 1));
    journal.quarantine(first(journal.waiting()), new Error('not an amount'));
    assert.equal(journal.size, 0);
    assert.match(readFileSync(join(directory, 'quarantine.ndjson'), 'utf8'), /not an amount.*acmé/s);
  });
});
