import type { ArchivePosition, Clock, Shard, UsageStream } from '@tollgate/core';
import type { Logger, Metrics } from '@tollgate/telemetry';
import { hourAt } from './archive-line.ts';
import { ShardFiles } from './shard-files.ts';

export interface ArchiveParts {
  readonly stream: UsageStream;
  /** Unique for this boot. */
  readonly worker: string;
  readonly directory: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly settings: ArchiveSettings;
}

export interface ArchiveSettings {
  /** Events of a shard that are held in memory at once. */
  readonly batchEvents: number;
  /** For so long nobody else archives a shard that this process archives, should it fall silent. */
  readonly leaseMs: number;
  /** Between two rounds where nothing was found. */
  readonly idleMs: number;
  /** Before the next round where something could not be done. */
  readonly retryMs: number;
}

/** Nothing is written in the last part of a lease: what takes longer than that could meet another writer. */
const unusedLease = 0.25;

/**
 * One shard on its way into the archive. It is
 *
 *   waiting   another worker archives the shard;
 *   taken     this one does: its files are read where they end, and what comes behind is appended;
 *   failing   a file could not be read or written: nothing is believed of what is in memory, and the next round begins
 *             with the files again.
 */
export class ShardArchive {
  readonly #parts: ArchiveParts;
  readonly #shard: Shard;
  #files: ShardFiles | undefined;
  /** Whether the store keeps the shard for this worker, whether or not its files can be written. */
  #leased = false;
  /** What the last round ended with: in the store and here the same, unless the store lost something. */
  #position: ArchivePosition | undefined;

  constructor(parts: ArchiveParts, shard: Shard) {
    this.#parts = parts;
    this.#shard = shard;
  }

  /** Writes what there is, a batch at most. Returns whether there may be more. */
  async round(): Promise<boolean> {
    const { stream, worker, clock, metrics, settings } = this.#parts;
    const request = { shard: this.#shard, worker, leaseMs: settings.leaseMs };
    const askedAtMs = clock.monotonicMs();
    if (this.#files === undefined) {
      const { kind } = await stream.archive({ ...request, written: undefined, atMost: 0 });
      if (kind === 'held') return this.#wait();
      this.#leased = true;
      // Only now nobody else writes them.
      this.#files = await ShardFiles.open(this.#parts.directory, this.#shard);
      this.#position = this.#files.written;
    }
    const files = this.#files;
    const batch = await stream.archive({ ...request, written: this.#position, atMost: settings.batchEvents });
    if (batch.kind === 'held') return this.#wait();
    this.#tellGap(batch.after, batch.events[0]?.sequence);
    if (clock.monotonicMs() - askedAtMs > settings.leaseMs * (1 - unusedLease)) return this.#wait();
    const waiting = batch.waiting - batch.events.length;
    try {
      await files.append(batch.events);
      if (waiting === 0 && files.openHour !== undefined && files.openHour < hourAt(batch.nowMs))
        await files.closeFile();
    } catch (error) {
      metrics.aggregator.archiveLag(this.#shard, batch.waiting);
      await this.#letGo();
      throw error;
    }
    this.#position = batch.events.length === 0 ? batch.after : files.written;
    metrics.aggregator.archived('written', batch.events.length);
    metrics.aggregator.archiveLag(this.#shard, Math.max(0, waiting));
    return batch.events.length === settings.batchEvents;
  }

  /** Says how far it came, and lets another worker go on at once. */
  async stop(): Promise<void> {
    if (!this.#leased) return;
    const { stream, worker } = this.#parts;
    await this.#letGo();
    await stream.archive({ shard: this.#shard, worker, leaseMs: 0, written: this.#position, atMost: 0 });
  }

  async #wait(): Promise<false> {
    this.#leased = false;
    await this.#letGo();
    this.#parts.metrics.aggregator.archiveLeft(this.#shard);
    return false;
  }

  async #letGo(): Promise<void> {
    const files = this.#files;
    this.#files = undefined;
    await files?.release();
  }

  /** Sequences have no gaps, so that what was dropped before it was archived shows. */
  #tellGap(after: ArchivePosition, next: string | undefined): void {
    const missed = next === undefined ? 0 : Number(next) - Number(after.sequence) - 1;
    if (missed <= 0) return;
    this.#parts.metrics.aggregator.archived('missed', missed);
    this.#parts.logger.error('usage events were dropped before they were archived', {
      shard: this.#shard,
      events: missed,
      after_sequence: after.sequence,
    });
  }
}
