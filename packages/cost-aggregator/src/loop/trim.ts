import { allShards } from '@tollgate/core';
import type { Worker } from './worker.ts';

/** Step 4: one shard a round, in turn; what was applied and is kept no longer goes. */
export async function trim({ stream, settings }: Worker, round: number): Promise<void> {
  const shard = allShards[round % allShards.length];
  if (shard !== undefined) await stream.trim(shard, settings);
}
