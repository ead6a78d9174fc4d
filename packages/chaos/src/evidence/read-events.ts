import type { RedisConnection } from '@tollgate/testkit';
import { z } from 'zod';
import { usageEventSchema, type UsageEvent } from '@tollgate/core';

/** A usage event as the stream has it. */
export interface StreamedEvent {
  readonly shard: string;
  readonly sequence: number;
  readonly event: UsageEvent;
  /** The estimate that it takes the place of. */
  readonly correctsNanoUsd: bigint | undefined;
  /** `key <period>` or `tenant <period>` each. */
  readonly periods: readonly string[];
}

const entriesSchema = z.array(z.tuple([z.string(), z.array(z.string())]));

/** All of the shards' streams, oldest first: a run makes fewer events than are kept. */
export async function readEvents(redis: RedisConnection, shards: readonly string[]): Promise<readonly StreamedEvent[]> {
  const all: StreamedEvent[] = [];
  for (const shard of shards) {
    for (const [, flat] of entriesSchema.parse(await redis.ask('XRANGE', `tg:{s${shard}}:ev`, '-', '+'))) {
      const field = (name: string): string => flat[flat.indexOf(name) + 1] ?? '';
      const corrects = field('corrects');
      all.push({
        shard,
        sequence: Number(field('sequence')),
        event: usageEventSchema.parse(JSON.parse(field('event'))),
        correctsNanoUsd: corrects === '' ? undefined : BigInt(corrects),
        periods: field('periods')
          .split('\n')
          .filter((line) => line !== ''),
      });
    }
  }
  return all;
}
