import type { StoreError } from '@tollgate/core';
import { degradedReasonOf, type DegradedReason, type Logger, type Metrics } from '@tollgate/telemetry';

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

  failed(error: StoreError): void {
    const reason = degradedReasonOf(error.code);
    if (this.#degraded.has(reason)) return;
    this.#degraded.add(reason);
    this.#metrics.degraded(reason, true);
    this.#logger.error('the store does not serve; calls are refused until it does', { reason, error });
  }

  worked(): void {
    if (this.healthy) return;
    for (const reason of this.#degraded) this.#metrics.degraded(reason, false);
    this.#logger.info('the store serves again', { reasons: [...this.#degraded] });
    this.#degraded.clear();
  }
}
