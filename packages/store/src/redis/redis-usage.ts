import type {
  ApplyResult,
  Audit,
  DeadLetter,
  EventPage,
  Books,
  LedgerScope,
  ReadBatch,
  ReadRequest,
  Repricing,
  Retention,
  Shard,
  TakenEvent,
  UsageQuery,
  UsageReport,
  UsageRow,
  UsageStream,
} from '@tollgate/core';
import { repricingEventSchema, shardOfTenant } from '@tollgate/core';
import { assertAmount, assertPrintable, assertQuantity } from '../scripts/scopes.ts';
import { callScript } from '../scripts/script.ts';
import {
  applyScript,
  auditScript,
  claimEventsScript,
  deadScript,
  listEntriesScript,
  readEventsScript,
  readRollUpScript,
  repriceScript,
  trimScript,
  type HandedOut,
} from '../scripts/usage-scripts.ts';
import { auditScope } from '../usage/audit.ts';
import { readRows } from '../usage/read-rows.ts';
import { blocksOf, rollUpName } from '../usage/roll-up-names.ts';
import { shardKeys, type ShardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

export interface RedisUsageOptions {
  readonly link: RedisLink;
  readonly keyPrefix: string;
  /** Distinct values of a tag that roll-ups keep apart. */
  readonly maxTagValues: number;
}

/** So many events that are not applied can be looked at in one step; it takes Redis about a millisecond. */
const auditedAtOnce = 1000;
const trimmedAtOnce = 500;
const eventsOfPage = 500;
const deadLettersShown = 1000;

/** Usage events, roll-ups and the books, in Redis. */
export class RedisUsage implements UsageStream, UsageReport, Books {
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
    return this.#apply(shard, { entryId, sequence, source: 'stream' });
  }

  setAside({ shard, entryId, sequence }: TakenEvent, reason: string): Promise<boolean> {
    const { stream, meta, dead } = this.#names(shard);
    return this.#link.run(
      deadScript,
      callScript(deadScript, { keys: { stream, meta, dead }, args: { id: entryId, sequence, reason } }),
    );
  }

  trim(shard: Shard, { keptMs, keptEvents }: Retention): Promise<number> {
    const { stream, repriced } = this.#names(shard);
    const args = { keptMs: assertQuantity(keptMs), keptEvents: assertQuantity(keptEvents), most: trimmedAtOnce };
    return this.#link.run(trimScript, callScript(trimScript, { keys: { stream, repriced }, args }));
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

  async audit(shard: Shard, scopes: readonly LedgerScope[]): Promise<Audit> {
    const { base, stream, dead } = this.#names(shard);
    const audit = await this.#link.run(
      auditScript,
      callScript(auditScript, {
        keys: { stream, dead },
        args: { base, most: auditedAtOnce, scopes: scopes.length },
        rest: scopes.flatMap(({ kind, id }) => [kind, id]),
      }),
    );
    if (audit.kind === 'behind') return audit;
    const counters = audit.books.flatMap((books, index) => {
      const scope = scopes[index];
      return scope === undefined ? [] : auditScope(scope, books, audit);
    });
    return { kind: 'audited', counters };
  }

  async events(shard: Shard, from: string | undefined): Promise<EventPage> {
    const entries = await this.#list(shard, 'stream', { from: from ?? '-', most: eventsOfPage + 1 });
    return { events: entries.slice(0, eventsOfPage), next: entries[eventsOfPage]?.entryId };
  }

  reprice(shard: Shard, { of, costs, replacesNanoUsd, event }: Repricing): Promise<boolean> {
    const { base, stream, meta, repriced } = this.#names(shard);
    return this.#link.run(
      repriceScript,
      callScript(repriceScript, {
        keys: { stream, meta, repriced },
        args: {
          base,
          id: of.entryId,
          sequence: of.sequence,
          known: of.repriced,
          costs,
          replaces: assertAmount(replacesNanoUsd),
          amount: assertAmount(BigInt(event.cost_nano_usd)),
          event: JSON.stringify(repricingEventSchema.parse(event)),
        },
      }),
    );
  }

  async deadLetters(shard: Shard): Promise<readonly DeadLetter[]> {
    const entries = await this.#list(shard, 'dead', { from: '-', most: deadLettersShown });
    return entries.map(({ entryId, reason, text }) => ({ shard, entryId, reason, text }));
  }

  async replay(shard: Shard, entryId: string): Promise<boolean> {
    const [entry] = await this.#list(shard, 'dead', { from: entryId, most: 1 });
    if (entry?.entryId !== entryId) return false;
    const { kind } = await this.#apply(shard, { entryId, sequence: entry.sequence, source: 'dead' });
    return kind === 'applied';
  }

  #apply(
    shard: Shard,
    { entryId, sequence, source }: Pick<HandedOut, 'entryId' | 'sequence'> & { readonly source: 'stream' | 'dead' },
  ): Promise<ApplyResult> {
    const { base, stream, dead, meta } = this.#names(shard);
    return this.#link.run(
      applyScript,
      callScript(applyScript, {
        keys: { stream: source === 'dead' ? dead : stream, meta },
        args: { base, id: entryId, sequence, source, mostValues: this.#options.maxTagValues },
      }),
    );
  }

  #list(shard: Shard, which: 'stream' | 'dead', args: { readonly from: string; readonly most: number }) {
    const { [which]: stream, repriced } = this.#names(shard);
    return this.#link.run(listEntriesScript, callScript(listEntriesScript, { keys: { stream, repriced }, args }));
  }

  #names(shard: Shard): ShardKeys {
    return shardKeys(this.#options.keyPrefix, shard);
  }
}

const inShard = (shard: Shard, events: readonly HandedOut[]): readonly TakenEvent[] =>
  events.map((event) => ({ shard, ...event }));
