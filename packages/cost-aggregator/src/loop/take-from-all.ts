import { allShards, type Shard, type TakenEvent } from '@tollgate/core';

/** What one shard gave. */
export interface TakenBatch {
  readonly events: readonly TakenEvent[];
  /** There may be more of the same shard. */
  readonly full: boolean;
  /** Why nothing could be taken. */
  readonly failure: Error | undefined;
}

/** Asks all shards at once, in one pipeline; one that cannot be asked holds up no other. */
export const takeFromAll = (
  atMost: number,
  take: (shard: Shard) => Promise<readonly TakenEvent[]>,
): Promise<readonly TakenBatch[]> =>
  Promise.all(
    allShards.map(async (shard) => {
      try {
        const events = await take(shard);
        return { events, full: events.length === atMost, failure: undefined };
      } catch (error) {
        return { events: [], full: false, failure: asError(error) };
      }
    }),
  );

export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
