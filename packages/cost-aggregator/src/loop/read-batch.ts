import { takeFromAll, type TakenBatch } from './take-from-all.ts';
import type { Worker } from './worker.ts';

/**
 * Step 2: what nobody has taken yet, a batch a shard. Shards lie in slots of their own, so that each is asked for itself;
 * one without events costs Redis a look at two numbers.
 */
export const readBatch = ({ name, stream, metrics, settings }: Worker): Promise<readonly TakenBatch[]> => {
  const atMost = settings.batchEvents;
  return takeFromAll(atMost, async (shard) => {
    const { events, lag } = await stream.read({ shard, worker: name, atMost });
    metrics.aggregator.lag(shard, Math.max(0, lag - events.length));
    return events;
  });
};
