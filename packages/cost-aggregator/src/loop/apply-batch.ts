import { StoreError, type TakenEvent } from '@tollgate/core';
import { asError, type TakenBatch } from './take-from-all.ts';
import type { Worker } from './worker.ts';

/**
 * Step 3: each event by itself, so that one that cannot be applied holds up no other. Such an event stays in this worker's
 * hands until it is claimed and tried again, and is set aside only when a try fails by its own fault after so many
 * deliveries: those alone may only mean that workers died. Returns the first failure of the store, if any.
 */
export async function applyBatch(worker: Worker, { events, failure }: TakenBatch): Promise<Error | undefined> {
  const failures = await Promise.all(events.map((taken) => applyOne(worker, taken)));
  return failure ?? failures.find((one) => one !== undefined);
}

async function applyOne(worker: Worker, taken: TakenEvent): Promise<Error | undefined> {
  const { aggregator } = worker.metrics;
  try {
    const result = await worker.stream.apply(taken);
    aggregator.eventHandled(result.kind);
    if (result.kind === 'applied') {
      aggregator.tenantCharged(result.tenant, result.costNanoUsd);
      worker.onApplied(result.tenant, result.keyId);
    }
    return undefined;
  } catch (error) {
    return error instanceof StoreError ? error : retryOrSetAside(worker, taken, asError(error));
  }
}

async function retryOrSetAside(worker: Worker, taken: TakenEvent, fault: Error): Promise<Error | undefined> {
  const { metrics, logger, settings, stream } = worker;
  if (taken.deliveries < settings.mostTries) {
    metrics.aggregator.eventHandled('retried');
    return undefined;
  }
  try {
    if (!(await stream.setAside(taken, fault.message))) return undefined;
  } catch (error) {
    return asError(error);
  }
  metrics.aggregator.eventHandled('set_aside');
  logger.error('a usage event cannot be applied and was set aside; `tollgate events dead list` shows it', {
    shard: taken.shard,
    sequence: taken.sequence,
    error: fault,
  });
  return undefined;
}
