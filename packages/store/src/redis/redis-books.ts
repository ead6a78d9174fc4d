import {
  repricingEventSchema,
  type Audit,
  type Books,
  type DeadLetter,
  type EventPage,
  type LedgerScope,
  type Repricing,
  type Shard,
} from '@tollgate/core';
import { assertAmount } from '../scripts/scopes.ts';
import { callScript } from '../scripts/script.ts';
import { auditScript, listEntriesScript, repriceScript } from '../scripts/usage-scripts.ts';
import { auditScope } from '../usage/audit.ts';
import { applyEntry, type RedisUsageOptions } from './apply-entry.ts';
import { shardKeys, type ShardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

/** So many events that are not applied can be looked at in one step; it takes Redis about a millisecond. */
const auditedAtOnce = 1000;
const eventsOfPage = 500;
const deadLettersShown = 1000;

/** What was spent, and the events that say so, in Redis. */
export class RedisBooks implements Books {
  readonly #link: RedisLink;
  readonly #options: RedisUsageOptions;

  constructor(options: RedisUsageOptions) {
    this.#link = options.link;
    this.#options = options;
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
    const { kind } = await applyEntry(this.#options, shard, { entryId, sequence: entry.sequence, source: 'dead' });
    return kind === 'applied';
  }

  #list(shard: Shard, which: 'stream' | 'dead', args: { readonly from: string; readonly most: number }) {
    const { [which]: stream, repriced } = this.#names(shard);
    return this.#link.run(listEntriesScript, callScript(listEntriesScript, { keys: { stream, repriced }, args }));
  }

  #names(shard: Shard): ShardKeys {
    return shardKeys(this.#options.keyPrefix, shard);
  }
}
