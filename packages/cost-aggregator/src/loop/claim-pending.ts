import { takeFromAll, type TakenBatch } from './take-from-all.ts';
import type { Worker } from './worker.ts';

/** Step 1: what workers hold that fell silent, a batch a shard. */
export const claimPending = ({ name, stream, settings }: Worker): Promise<readonly TakenBatch[]> => {
  const { batchEvents: atMost, claimAfterMs: idleMs } = settings;
  return takeFromAll(atMost, (shard) => stream.claim({ shard, worker: name, atMost, idleMs }));
};
