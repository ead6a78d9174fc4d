import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { usageEventSchema, type UsageEvent } from '@tollgate/core';
import { readTerms, type Terms } from '../redis/terms.ts';

/** A settlement as a node wrote it down. */
export interface JournalledSettlement {
  readonly producer: string;
  readonly shard: string;
  readonly number: number;
  readonly reservationId: string;
  readonly boundNanoUsd: bigint;
  readonly terms: Terms;
  readonly actualTokens: number;
  readonly event: UsageEvent;
}

const settlementSchema = z.object({
  reservation: z.object({ reservationId: z.string(), boundNanoUsd: z.string(), terms: z.string() }),
  producer: z.object({ id: z.string(), sequence: z.number() }),
  actualTokens: z.number(),
  event: usageEventSchema,
});

export interface Journals {
  readonly settlements: readonly JournalledSettlement[];
  /** Settlements that Redis could never take. */
  readonly quarantined: number;
}

/** What all nodes ever wrote: a journal keeps for an hour what is confirmed. Torn lines are those of a kill in the middle. */
export function readJournals(directories: readonly string[]): Journals {
  const settlements: JournalledSettlement[] = [];
  let quarantined = 0;
  for (const directory of directories) {
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.settlements')) settlements.push(...readSegment(join(directory, name)));
    }
    const quarantine = join(directory, 'quarantine.ndjson');
    if (existsSync(quarantine)) quarantined += readFileSync(quarantine, 'utf8').trimEnd().split('\n').length;
  }
  return { settlements, quarantined };
}

const readSegment = (path: string): readonly JournalledSettlement[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, shard, json] = /^[0-9a-f]{8} S (\d\d) \d+ (\{.*\})$/.exec(line) ?? [];
      if (shard === undefined || json === undefined) return [];
      const { reservation, producer, actualTokens, event } = settlementSchema.parse(JSON.parse(json));
      return [
        {
          producer: producer.id,
          shard,
          number: producer.sequence,
          reservationId: reservation.reservationId,
          boundNanoUsd: BigInt(reservation.boundNanoUsd),
          terms: readTerms(reservation.terms),
          actualTokens,
          event,
        },
      ];
    });
