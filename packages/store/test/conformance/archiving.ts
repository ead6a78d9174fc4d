import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, type ArchiveBatch, type ArchivePosition, type Caller } from '@tollgate/core';
import { startMs, type Bench, type OpenBench } from './bench.ts';
import { createCaller } from './fixtures.ts';
import { applyAll, spend, take } from './usage.ts';

/** Events on their way into the archive, and what trimming leaves to it. */
export function archivingTests(name: string, open: OpenBench): void {
  const rule = (title: string, run: (bench: Bench, caller: Caller) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      await using bench = await open();
      await run(bench, await createCaller(bench.store));
    });
  };

  const spendTimes = async (bench: Bench, caller: Caller, times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) await spend(bench, caller);
  };

  const ask = (
    { store }: Bench,
    { tenant }: Caller,
    over: { worker?: string; written?: ArchivePosition | undefined; atMost?: number; leaseMs?: number } = {},
  ): Promise<ArchiveBatch> =>
    store.stream.archive({
      shard: tenant.shard,
      worker: 'one',
      leaseMs: 30_000,
      written: undefined,
      atMost: 100,
      ...over,
    });

  const taken = async (...asked: Parameters<typeof ask>) => {
    const batch = await ask(...asked);
    assert.ok(batch.kind === 'taken');
    return batch;
  };
  const sequences = ({ events }: { readonly events: readonly ArchivePosition[] }): readonly string[] =>
    events.map(({ sequence }) => sequence);

  rule(
    'applied events are handed out in order, again and again until they are said to be written',
    async (bench, caller) => {
      assert.deepEqual(sequences(await taken(bench, caller)), []);
      await spendTimes(bench, caller, 5);
      assert.deepEqual(sequences(await taken(bench, caller)), []);
      await applyAll(bench, caller);
      const first = await taken(bench, caller, { atMost: 2 });
      assert.deepEqual([sequences(first), first.after.sequence, first.waiting], [['1', '2'], '0', 5]);
      assert.deepEqual(sequences(await taken(bench, caller, { atMost: 2 })), ['1', '2']);
      const written = first.events.at(-1);
      const second = await taken(bench, caller, { atMost: 2, written });
      assert.deepEqual(
        [sequences(second), second.after, second.waiting],
        [['3', '4'], { sequence: '2', entryId: written?.entryId }, 3],
      );
      assert.equal(JSON.parse(second.events[0]?.text ?? '').cost_nano_usd, '7');
      assert.equal((await taken(bench, caller, { written: second.events[1], atMost: 0 })).waiting, 1);
    },
  );

  rule('an event that is not applied holds back all behind it', async (bench, caller) => {
    await spendTimes(bench, caller, 3);
    const [first, second, third] = await take(bench, caller);
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    for (const each of [first, third]) await bench.store.stream.apply(each);
    assert.deepEqual(sequences(await taken(bench, caller)), ['1']);
    await bench.store.stream.setAside(second, 'no such measure');
    assert.deepEqual(sequences(await taken(bench, caller)), ['1', '2', '3']);
  });

  rule('one worker archives a shard until it falls silent for its lease, or gives it back', async (bench, caller) => {
    await spendTimes(bench, caller, 2);
    await applyAll(bench, caller);
    const [first] = (await taken(bench, caller)).events;
    assert.equal((await ask(bench, caller, { worker: 'two' })).kind, 'held');
    await bench.setNow(startMs + 29_999);
    assert.equal((await ask(bench, caller, { worker: 'two' })).kind, 'held');
    await bench.setNow(startMs + 30_000);
    assert.deepEqual(sequences(await taken(bench, caller, { worker: 'two', written: first })), ['2']);
    assert.equal((await ask(bench, caller, { worker: 'one' })).kind, 'held');
    await taken(bench, caller, { worker: 'two', leaseMs: 0, atMost: 0 });
    assert.deepEqual(sequences(await taken(bench, caller, { worker: 'one' })), ['2']);
  });

  rule('an event that the stream does not have is not believed to be written', async (bench, caller) => {
    await spendTimes(bench, caller, 3);
    await applyAll(bench, caller);
    const { events } = await taken(bench, caller);
    const [first, second] = events;
    assert.ok(first !== undefined && second !== undefined);
    await taken(bench, caller, { written: first });
    const lies = [
      { sequence: '3', entryId: second.entryId },
      { sequence: '9', entryId: '99999999999999-0' },
    ];
    for (const written of lies) {
      const batch = await taken(bench, caller, { written });
      assert.deepEqual([batch.after.sequence, sequences(batch)], ['1', ['2', '3']]);
    }
    assert.deepEqual(sequences(await taken(bench, caller, { written: second })), ['3']);
    assert.deepEqual(sequences(await taken(bench, caller, { written: first })), ['3']);
  });

  rule('trimming leaves what the archive does not have, up to a bound', async (bench, caller) => {
    const trim = (mostWaiting: number) =>
      bench.store.stream.trim(caller.tenant.shard, { keptMs: dayMs, keptEvents: 0, mostWaiting });
    await taken(bench, caller);
    await spendTimes(bench, caller, 6);
    await applyAll(bench, caller);
    assert.equal(await trim(100), 0);
    const { events } = await taken(bench, caller, { atMost: 2 });
    await taken(bench, caller, { written: events[1], atMost: 0 });
    assert.equal(await trim(100), 2);
    assert.equal(await trim(4), 0);
    assert.equal(await trim(3), 1);
    const batch = await taken(bench, caller, { written: events[1] });
    assert.deepEqual([sequences(batch), batch.after.sequence, batch.waiting], [['4', '5', '6'], '2', 4]);
    await taken(bench, caller, { written: batch.events[2], atMost: 0 });
    assert.equal(await trim(0), 3);
    assert.equal((await taken(bench, caller, { written: batch.events[2] })).after.sequence, '6');
  });

  rule('an archive that nobody asked for in 7 days holds back no trimming', async (bench, caller) => {
    const retention = { keptMs: 90 * dayMs, keptEvents: 0, mostWaiting: 100 };
    await taken(bench, caller);
    await spendTimes(bench, caller, 2);
    await applyAll(bench, caller);
    await bench.setNow(startMs + 6 * dayMs);
    assert.equal(await bench.store.stream.trim(caller.tenant.shard, retention), 0);
    await bench.setNow(startMs + 8 * dayMs);
    assert.equal(await bench.store.stream.trim(caller.tenant.shard, retention), 2);
  });
}
