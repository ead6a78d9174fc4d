import type {
  ApplyResult,
  ArchiveBatch,
  ArchiveRequest,
  ReadBatch,
  ReadRequest,
  Retention,
  Shard,
  TakenEvent,
  UsageQuery,
  UsageReport,
  UsageRow,
  UsageStream,
} from '@tollgate/core';
import { shardOfTenant } from '@tollgate/core';
import { assertPrintable, assertQuantity } from '../scripts/scopes.ts';
import { callScript } from '../scripts/script.ts';
import {
  archiveEventsScript,
  claimEventsScript,
  deadScript,
  readEventsScript,
  readRollUpScript,
  trimScript,
  type HandedOut,
} from '../scripts/usage-scripts.ts';
import { readRows } from '../usage/read-rows.ts';
import { blocksOf, rollUpName } from '../usage/roll-up-names.ts';
import { applyEntry, type RedisUsageOptions } from './apply-entry.ts';
import { shardKeys, type ShardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

const trimmedAtOnce = 500;

/** Usage events and roll-ups, in Redis. */
export class RedisUsage implements UsageStream, UsageReport {
  readonly #link: RedisLink;
  readonly #options: RedisUsageOptions;

  constructor(options: RedisUsageOptions) {
    this.#link = options.link;
    this.#options = options;
  }

  async read({ shard, worker, atMost }: ReadRequest): Promise<ReadBatch> {
    const { stream, meta } = this.#names(shard);
    const args = { worker: assertPrintable(worker), most: assertQuantity(atMost) };
    const { lag, events } = await this.#link.run(
      readEventsScript,
      callScript(readEventsScript, { keys: { stream, meta }, args }),
    );
    return { lag, events: inShard(shard, events) };
  }

  async claim({ shard, worker, atMost, idleMs }: ReadRequest & { idleMs: number }): Promise<readonly TakenEvent[]> {
    const { stream } = this.#names(shard);
    const args = { worker: assertPrintable(worker), most: assertQuantity(atMost), idle: assertQuantity(idleMs) };
    return inShard(
      shard,
      await this.#link.run(claimEventsScript, callScript(claimEventsScript, { keys: { stream }, args })),
    );
  }

  apply({ shard, entryId, sequence }: TakenEvent): Promise<ApplyResult> {
    return applyEntry(this.#options, shard, { entryId, sequence, source: 'stream' });
  }

  setAside({ shard, entryId, sequence }: TakenEvent, reason: string): Promise<boolean> {
    const { stream, meta, dead } = this.#names(shard);
    return this.#link.run(
      deadScript,
      callScript(deadScript, { keys: { stream, meta, dead }, args: { id: entryId, sequence, reason } }),
    );
  }

  archive({ shard, worker, leaseMs, written, atMost }: ArchiveRequest): Promise<ArchiveBatch> {
    const { stream, meta } = this.#names(shard);
    return this.#link.run(
      archiveEventsScript,
      callScript(archiveEventsScript, {
        keys: { stream, meta },
        args: {
          worker: assertPrintable(worker),
          lease: assertQuantity(leaseMs),
          sequence: written?.sequence ?? '',
          id: written?.entryId ?? '',
          most: assertQuantity(atMost),
        },
      }),
    );
  }

  trim(shard: Shard, { keptMs, keptEvents, mostWaiting }: Retention): Promise<number> {
    const { stream, repriced, meta } = this.#names(shard);
    const kept = { keptMs: assertQuantity(keptMs), keptEvents: assertQuantity(keptEvents) };
    const args = { ...kept, mostWaiting: assertQuantity(mostWaiting), most: trimmedAtOnce };
    return this.#link.run(trimScript, callScript(trimScript, { keys: { stream, repriced, meta }, args }));
  }

  async rows(query: UsageQuery): Promise<readonly UsageRow[]> {
    const names = this.#names(shardOfTenant(query.tenant));
    const blocks = blocksOf(query.span, query).map(async (block) => {
      const rollUp = names.rollUp(rollUpName({ ...query, block }));
      return readRows(
        await this.#link.run(readRollUpScript, callScript(readRollUpScript, { keys: { rollUp }, args: {} })),
        query,
      );
    });
    return (await Promise.all(blocks)).flat();
  }

  #names(shard: Shard): ShardKeys {
    return shardKeys(this.#options.keyPrefix, shard);
  }
}

const inShard = (shard: Shard, events: readonly HandedOut[]): readonly TakenEvent[] =>
  events.map((event) => ({ shard, ...event }));
