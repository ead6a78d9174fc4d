import type { Settlement } from '@tollgate/core';
import { settlementLine } from './journal-line.ts';
import type { Journal, JournalEvents } from './journal.ts';
import { KeptSettlements } from './kept-settlements.ts';
import { Waiting } from './waiting.ts';

const maxWaiting = 20_000;

/** Without a disk: what waits is lost with the process, and what was confirmed is not kept. */
export function openMemoryJournal(
  events: Pick<JournalEvents, 'onSize'> & {
    readonly onPoison: (settlement: Settlement, error: unknown) => void;
  },
): Journal {
  const kept = new KeptSettlements();
  const nothing = (): void => undefined;
  const drop = (waiting: Waiting): void => {
    kept.forget(waiting);
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
      const source = { read: () => settlement, line: () => settlementLine(settlement) };
      const waiting = new Waiting({ producer, shard: reservation.shard, source, isOwed: false });
      kept.keep(waiting);
      events.onSize(kept.size);
      return waiting;
    },
    written: () => Promise.resolve(),
    confirm: drop,
    waiting: () => kept.values(),
    owe: (shards) => kept.owe(shards),
    owedTo: (shard) => kept.owedTo(shard),
    unsent: () => [],
    left: () => [],
    producersIn: () => [],
    reopen: () => Promise.resolve(0),
    quarantine: (waiting, error) => {
      events.onPoison(waiting.read(), error);
      drop(waiting);
    },
    close: () => Promise.resolve(),
  };
}
