import {
  repricingEventSchema,
  type ApplyResult,
  type ArchiveBatch,
  type ArchiveRequest,
  type Audit,
  type Clock,
  type DeadLetter,
  type EventPage,
  type Books,
  type LedgerScope,
  type NanoUsd,
  type ReadBatch,
  type ReadRequest,
  type Repricing,
  type Retention,
  type Shard,
  type StreamedEvent,
  type TakenEvent,
  type UsageQuery,
  type UsageReport,
  type UsageRow,
  type UsageStream,
} from '@tollgate/core';
import { assertAmount } from '../scripts/scopes.ts';
import { auditScope } from '../usage/audit.ts';
import type { MemoryAdmissionStore } from './memory-admission.ts';
import { archiveBatch, asWritten } from './archive-batch.ts';
import { MemoryRollUps } from './memory-roll-ups.ts';
import { MemoryStream } from './memory-stream.ts';

export interface MemoryUsageOptions {
  readonly clock: Clock;
  readonly maxTagValues: number;
  /** Where money is booked. */
  readonly ledger: Pick<MemoryAdmissionStore, 'moneyOf' | 'reprice'>;
}

const trimmedAtOnce = 500;
const eventsOfPage = 500;

/** Usage events, roll-ups and the books of a single process. Events that nobody applies are kept for good. */
export class MemoryUsage implements UsageStream, UsageReport, Books {
  readonly #options: MemoryUsageOptions;
  readonly #streams = new Map<Shard, MemoryStream>();
  readonly #rollUps: MemoryRollUps;
  /** By scope and field. */
  readonly #checkpoints = new Map<string, Map<string, NanoUsd>>();

  constructor(options: MemoryUsageOptions) {
    this.#options = options;
    this.#rollUps = new MemoryRollUps(options.maxTagValues);
  }

  append(entry: StreamedEvent): void {
    this.#stream(entry.shard).append(entry, this.#options.clock.nowMs());
  }

  async read({ shard, worker, atMost }: ReadRequest): Promise<ReadBatch> {
    const stream = this.#stream(shard);
    const { lag } = stream;
    return { lag, events: takenFrom(shard, stream.read(worker, atMost, this.#options.clock.nowMs())) };
  }

  async claim({ shard, worker, atMost, idleMs }: ReadRequest & { idleMs: number }): Promise<readonly TakenEvent[]> {
    const nowMs = this.#options.clock.nowMs();
    return takenFrom(shard, this.#stream(shard).claim(worker, atMost, { idleMs, nowMs }));
  }

  async apply({ shard, entryId, sequence }: TakenEvent): Promise<ApplyResult> {
    const stream = this.#stream(shard);
    const entry = stream.entries.get(Number(entryId));
    if (entry === undefined || String(entry.sequence) !== sequence) return { kind: 'passed_over' };
    return stream.acknowledge(entry.sequence) ? this.#add(entry) : { kind: 'passed_over' };
  }

  async setAside({ shard, entryId }: TakenEvent, reason: string): Promise<boolean> {
    const stream = this.#stream(shard);
    const entry = stream.entries.get(Number(entryId));
    if (entry === undefined || !stream.acknowledge(entry.sequence)) return false;
    stream.dead.set(entry.sequence, { entry, reason });
    return true;
  }

  async archive(request: ArchiveRequest): Promise<ArchiveBatch> {
    return archiveBatch(this.#stream(request.shard), request, this.#options.clock.nowMs());
  }

  async trim(shard: Shard, { keptMs, keptEvents, mostWaiting }: Retention): Promise<number> {
    const stream = this.#stream(shard);
    const { entries } = stream;
    const surplus = entries.size - keptEvents;
    const nowMs = this.#options.clock.nowMs();
    const oldMs = nowMs - keptMs;
    const { archive, last } = stream;
    let mayMiss = archive.mayMiss(last, { mostWaiting, nowMs });
    let dropped = 0;
    for (const { sequence, writtenAtMs } of [...entries.values()].slice(0, trimmedAtOnce)) {
      const mayGo = dropped < surplus || writtenAtMs < oldMs;
      if (!mayGo || !stream.wasApplied(sequence)) break;
      if (mayMiss !== undefined && sequence > (archive.archived ?? 0)) {
        mayMiss -= 1;
        if (mayMiss < 0) break;
      }
      entries.delete(sequence);
      stream.repriced.delete(sequence);
      dropped += 1;
    }
    return dropped;
  }

  async rows(query: UsageQuery): Promise<readonly UsageRow[]> {
    return this.#rollUps.rows(query);
  }

  async audit(shard: Shard, scopes: readonly LedgerScope[]): Promise<Audit> {
    const waiting = this.#stream(shard).waiting().map(asWritten);
    const nowMs = this.#options.clock.nowMs();
    const counters = scopes.flatMap((scope) => {
      const sums = this.#checkpoints.get(nameOf(scope)) ?? new Map<string, NanoUsd>();
      const checkpoint = new Map([...sums].map(([field, sum]) => [field, String(sum)]));
      return auditScope(scope, { money: this.#options.ledger.moneyOf(shard, scope), checkpoint }, { waiting, nowMs });
    });
    return { kind: 'audited', counters };
  }

  async events(shard: Shard, from: string | undefined): Promise<EventPage> {
    const kept = [...this.#stream(shard).entries.values()].filter(({ sequence }) => sequence >= Number(from ?? 0));
    return {
      events: kept.slice(0, eventsOfPage).map((entry) => ({
        entryId: String(entry.sequence),
        sequence: String(entry.sequence),
        repriced: this.#stream(shard).repriced.get(entry.sequence) ?? '',
        ...asWritten(entry),
      })),
      next: kept[eventsOfPage]?.sequence.toString(),
    };
  }

  async reprice(shard: Shard, { of, costs, replacesNanoUsd, event }: Repricing): Promise<boolean> {
    const { entries, repriced } = this.#stream(shard);
    const entry = entries.get(Number(of.sequence));
    assertAmount(replacesNanoUsd);
    assertAmount(BigInt(event.cost_nano_usd));
    const checked = repricingEventSchema.parse(event);
    if (entry === undefined || (repriced.get(entry.sequence) ?? '') !== of.repriced) return false;
    repriced.set(entry.sequence, costs);
    this.#options.ledger.reprice(shard, checked, { replacesNanoUsd, periods: entry.periods });
    return true;
  }

  async deadLetters(shard: Shard): Promise<readonly DeadLetter[]> {
    return [...this.#stream(shard).dead].map(([sequence, { entry, reason }]) => ({
      shard,
      entryId: String(sequence),
      reason,
      text: JSON.stringify(entry.event),
    }));
  }

  async replay(shard: Shard, entryId: string): Promise<boolean> {
    const { dead } = this.#stream(shard);
    const letter = dead.get(Number(entryId));
    if (letter === undefined) return false;
    dead.delete(Number(entryId));
    this.#add(letter.entry);
    return true;
  }

  #add(entry: StreamedEvent): ApplyResult {
    const { event, correctsNanoUsd, periods } = entry;
    this.#rollUps.add(entry, this.#options.clock.nowMs());
    const costNanoUsd = BigInt(event.cost_nano_usd) - (correctsNanoUsd ?? 0n);
    for (const scope of [
      { kind: 'key', id: event.scope_id },
      { kind: 'tenant', id: event.tenant },
    ] as const) {
      const sums = this.#checkpoints.get(nameOf(scope)) ?? new Map<string, NanoUsd>();
      this.#checkpoints.set(nameOf(scope), sums);
      const booked = periods.filter((line) => line.startsWith(`${scope.kind} `));
      for (const field of ['spent', ...booked.map((line) => `spent|${line.slice(scope.kind.length + 1)}`)]) {
        sums.set(field, (sums.get(field) ?? 0n) + costNanoUsd);
      }
    }
    return { kind: 'applied', tenant: event.tenant, keyId: event.key_id, costNanoUsd };
  }

  #stream(shard: Shard): MemoryStream {
    const known = this.#streams.get(shard);
    if (known !== undefined) return known;
    const stream = new MemoryStream();
    this.#streams.set(shard, stream);
    return stream;
  }
}

const nameOf = ({ kind, id }: LedgerScope): string => `${kind}:${id}`;

const takenFrom = (
  shard: Shard,
  handed: readonly { readonly sequence: number; readonly deliveries: number }[],
): readonly TakenEvent[] =>
  handed.map(({ sequence, deliveries }) => ({
    shard,
    entryId: String(sequence),
    sequence: String(sequence),
    deliveries,
  }));
