import type { StoreError } from '@tollgate/core';
import { degradedReasonOf, type DegradedReason, type Logger, type Metrics } from '@tollgate/telemetry';

/** Which reasons an answer disproves: an admission all, anything else that the store cannot be reached. */
const disprovedBy: Readonly<Record<'admit' | 'other', readonly DegradedReason[]>> = {
  admit: ['store_unavailable', 'store_full', 'store_unreplicated', 'event_backlog_full', 'store_schema'],
  other: ['store_unavailable'],
};

/** Whether the store serves this node: a gauge, and one log line for each change. */
export class StoreHealth {
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #degraded = new Set<DegradedReason>();

  constructor({ metrics, logger }: { metrics: Metrics; logger: Logger }) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  get healthy(): boolean {
    return this.#degraded.size === 0;
  }

  /** It is slow or cannot be reached. */
  get away(): boolean {
    return this.#degraded.has('store_unavailable');
  }

  failed(error: StoreError): void {
    const reason = degradedReasonOf(error.code);
    if (this.#degraded.has(reason)) return;
    this.#degraded.add(reason);
    this.#metrics.degraded(reason, true);
    this.#logger.error('the store does not serve as it should', { reason, error });
  }

  worked(operation: 'admit' | 'other'): void {
    for (const reason of disprovedBy[operation]) this.#restore(reason);
  }

  /** All shards answer, and their ledgers are whole. */
  recovered(): void {
    this.#restore('shard_unavailable');
    this.#restore('ledger_recovering');
  }

  #restore(reason: DegradedReason): void {
    if (!this.#degraded.delete(reason)) return;
    this.#metrics.degraded(reason, false);
    this.#logger.info('the store serves again', { reason });
  }
}
