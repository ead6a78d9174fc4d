import type { Clock, StreamedEvent } from '@tollgate/core';
import { defaultMaxTagValues, type Store } from '../store.ts';
import { openMemoryAlerts } from './memory-alerts.ts';
import { MemoryAdmissionStore } from './memory-admission.ts';
import { MemoryKeyStore } from './memory-keys.ts';
import { MemoryClaims } from './memory-claims.ts';
import { MemoryResponses } from './memory-responses.ts';
import { MemoryUsage } from './memory-usage.ts';

export interface MemoryStoreSettings {
  readonly clock: Clock;
  /** Takes each usage event as it is written. */
  readonly onEvent?: (entry: StreamedEvent) => void;
  /** False where nobody will ever apply events: they are handed to `onEvent` and not kept. */
  readonly keepsEvents?: boolean;
  /** Distinct values of a tag that roll-ups keep apart; further ones count as `other`. */
  readonly maxTagValues?: number;
}

/** The store of a single process: the same limits, budgets and results as in Redis, gone when it ends. */
export function createMemoryStore({
  clock,
  onEvent = () => undefined,
  keepsEvents = true,
  maxTagValues = defaultMaxTagValues,
}: MemoryStoreSettings): Store {
  const keys = new MemoryKeyStore();
  const onWritten = (entry: StreamedEvent): void => {
    if (keepsEvents) usage.append(entry);
    onEvent(entry);
  };
  const admission = new MemoryAdmissionStore({ keys, clock, onEvent: onWritten });
  const usage = new MemoryUsage({ clock, maxTagValues, ledger: admission });
  return {
    admission,
    bulk: admission,
    keys,
    stream: usage,
    report: usage,
    books: usage,
    alerts: openMemoryAlerts(clock),
    ledger: admission,
    responses: new MemoryResponses(clock),
    claims: new MemoryClaims(clock),
    nodes: { beat: () => Promise.resolve(1), leave: () => Promise.resolve() },
    ping: () => Promise.resolve(),
    whenReady: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  };
}
