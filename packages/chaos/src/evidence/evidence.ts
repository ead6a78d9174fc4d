import { z } from 'zod';
import { shardOfTenant } from '@tollgate/core';
import type { LedgerEntry } from '@tollgate/provider-simulator';
import type { Arena } from '../arena.ts';
import type { Cast } from '../load/cast.ts';
import { askAdmin } from '../load/cast.ts';
import type { CallRecord } from '../load/make-call.ts';
import type { Life } from '../processes/fleet.ts';
import { finalLedger } from '../quiesce.ts';
import { type LedgerState } from '../redis/ledger-state.ts';
import type { FailOver, RunChange } from '../redis/redis-pair.ts';
import { takeSnapshot } from '../redis/snapshot.ts';
import { readEvents, type StreamedEvent } from './read-events.ts';
import { readJournals, type Journals } from './read-journals.ts';
import type { LedgerWatch } from './watch-ledger.ts';

const verificationSchema = z.object({
  counters: z.number(),
  drift_nano_usd: z.string(),
  shards_behind: z.array(z.string()),
});
const usageSchema = z.object({
  rows: z.array(
    z.object({ key: z.string(), requests: z.number(), estimated_requests: z.number(), cost_usd: z.string() }),
  ),
});

/** All that the checks go by, read once everything was at rest. */
export interface Evidence {
  readonly cast: Cast;
  readonly calls: readonly CallRecord[];
  readonly nodeLives: readonly Life[];
  readonly aggregatorLives: readonly Life[];
  readonly provider: readonly LedgerEntry[];
  readonly events: readonly StreamedEvent[];
  readonly journals: Journals;
  readonly ledger: LedgerState;
  /** Sums of spend by scope, of what the aggregators applied. */
  readonly checkpoints: ReadonlyMap<string, bigint>;
  /** By shard: the number of its last event. */
  readonly sequences: ReadonlyMap<string, number>;
  /** By shard and producer: the settlements that were applied up to there, and whether some are ahead of it. */
  readonly producers: ReadonlyMap<string, { readonly mark: number; readonly ahead: number }>;
  readonly verification: z.output<typeof verificationSchema>;
  /** Of all tenants, by key. */
  readonly usage: z.output<typeof usageSchema>['rows'];
  readonly watch: LedgerWatch;
  readonly failOvers: readonly FailOver[];
  readonly runChanges: readonly RunChange[];
  /** What did not come to rest. */
  readonly moving: readonly string[];
  /** What a volley of refused calls left in Redis, and how many were refused by which code. */
  readonly refusals: RefusalEvidence;
}

export interface RefusalEvidence {
  readonly changed: readonly string[];
  readonly refused: ReadonlyMap<string, number>;
}

export async function readEvidence(
  arena: Arena,
  seen: Pick<Evidence, 'cast' | 'calls' | 'watch' | 'moving' | 'refusals'>,
): Promise<Evidence> {
  const port = arena.nodes[0]?.current?.ports?.[1] ?? 0;
  const { tenants } = seen.cast;
  const connection = await arena.redis.connect();
  try {
    const { keys } = await takeSnapshot(connection, ['tg:{s*}:m', 'tg:{s*}:p:*', 'tg:{s*}:f:*']);
    const rest = readBookkeeping(keys);
    const usage = await Promise.all(
      tenants.map(async (tenant) => usageSchema.parse(await askAdmin(port, `GET /usage?tenant=${tenant}&by=key`)).rows),
    );
    return {
      ...seen,
      ...rest,
      usage: usage.flat(),
      nodeLives: arena.nodes.flatMap(({ lives }) => lives),
      aggregatorLives: arena.aggregators.flatMap(({ lives }) => lives),
      provider: arena.simulator.ledger(),
      events: await readEvents(connection, [...new Set(tenants.map(shardOfTenant))]),
      journals: readJournals(arena.journals),
      ledger: await finalLedger(arena),
      verification: verificationSchema.parse(await askAdmin(port, 'GET /ledger/verification')),
      failOvers: arena.redis.failOvers,
      runChanges: arena.redis.runChanges,
    };
  } finally {
    connection.close();
  }
}

function readBookkeeping(
  keys: ReadonlyMap<string, readonly string[]>,
): Pick<Evidence, 'checkpoints' | 'sequences' | 'producers'> {
  const checkpoints = new Map<string, bigint>();
  const sequences = new Map<string, number>();
  const producers = new Map<string, { mark: number; ahead: number }>();
  for (const [key, flat] of keys) {
    const [, shard = '', kind, name = ''] = /^tg:\{s(\d\d)\}:(\w)(?::(.*))?$/s.exec(key) ?? [];
    const field = (wanted: string): string => (flat.includes(wanted) ? (flat[flat.indexOf(wanted) + 1] ?? '0') : '0');
    if (kind === 'f') checkpoints.set(name, BigInt(field('spent')));
    if (kind === 'm') sequences.set(shard, Number(field('sequence')));
    if (kind === 'p') {
      const ahead = flat.filter((text, at) => at % 2 === 0 && /^\d+$/.test(text)).length;
      producers.set(`${shard} ${name}`, { mark: Number(field('mark')), ahead });
    }
  }
  return { checkpoints, sequences, producers };
}
