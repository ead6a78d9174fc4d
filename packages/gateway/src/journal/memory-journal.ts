import type { Producer, Settlement, Shard } from '@tollgate/core';
import type { Journal, JournalEvents, Waiting } from './journal.ts';

const maxWaiting = 20_000;

/** Without a disk: what waits is lost with the process, and what was confirmed is not kept. */
export function openMemoryJournal(
  events: Pick<JournalEvents, 'onSize'> & {
    readonly onPoison: (settlement: Settlement, error: unknown) => void;
  },
): Journal {
  const kept = new Map<string, Waiting>();
  const owed = new Map<string, Shard>();
  const nothing = (): void => undefined;
  const drop = (shard: Shard, producer: Producer): void => {
    kept.delete(nameOf(shard, producer));
    owed.delete(nameOf(shard, producer));
    events.onSize(kept.size);
  };
  return {
    get size() {
      return kept.size;
    },
    get isFull() {
      return kept.size >= maxWaiting;
    },
    reserving: nothing,
    admittedAlone: nothing,
    dispatched: nothing,
    ended: nothing,
    append: (settlement) => {
      const { producer, reservation } = settlement;
      kept.set(nameOf(reservation.shard, producer), { producer, shard: reservation.shard, read: () => settlement });
      events.onSize(kept.size);
    },
    written: () => Promise.resolve(),
    confirm: drop,
    waiting: () => kept.values(),
    owe: (shards) => {
      for (const [name, { shard }] of kept) if (shards.has(shard)) owed.set(name, shard);
    },
    owedTo: (shard) => [...owed.values()].filter((of) => of === shard).length,
    unsent: () => [],
    left: () => [],
    producersIn: () => [],
    reopen: () => Promise.resolve(0),
    quarantine: (waiting, error) => {
      events.onPoison(waiting.read(), error);
      drop(waiting.shard, waiting.producer);
    },
    close: () => Promise.resolve(),
  };
}

/** Numbers are counted for each producer and shard. */
export const nameOf = (shard: Shard, { id, sequence }: Producer): string => `${id} ${shard} ${sequence}`;
