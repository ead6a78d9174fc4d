import type { Clock } from '@tollgate/core';
import type { Store } from '../store.ts';
import { MemoryAdmissionStore } from './memory-admission.ts';
import { MemoryKeyStore } from './memory-keys.ts';
import type { StreamedEvent } from './memory-shard.ts';

export interface MemoryStoreSettings {
  readonly clock: Clock;
  /** Takes each usage event as it is written; the store keeps none. */
  readonly onEvent?: (entry: StreamedEvent) => void;
}

/** The store of a single process: the same limits, budgets and results as in Redis, gone when it ends. */
export function createMemoryStore({ clock, onEvent = () => undefined }: MemoryStoreSettings): Store {
  const keys = new MemoryKeyStore();
  const admission = new MemoryAdmissionStore({ keys, clock, onEvent });
  return {
    admission,
    keys,
    ledger: admission,
    nodes: { beat: () => Promise.resolve(1), leave: () => Promise.resolve() },
    ping: () => Promise.resolve(),
    whenReady: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
}
