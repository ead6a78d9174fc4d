import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AppliedNumbers, Shard } from '@tollgate/core';
import { Place } from './place.ts';
import { SealedLines } from './sealed-lines.ts';
import { Segment } from './segment.ts';

/** A settlement on its way to the disk. */
export interface Entry {
  readonly shard: Shard;
  readonly body: string;
}

/** A settlement in a log. */
export interface Logged {
  readonly shard: Shard;
  readonly sequence: number;
  readonly place: Place;
}

const segmentSuffix = '.settlements';
const segmentBytes = 16 * 1024 * 1024;
/** A fail-over can lose what was confirmed: so long it is kept. */
const keptMs = 3_600_000;

/** The settlements of one boot of a process, on disk: segments, each dropped when all in it is confirmed and old. */
export class ProducerLog {
  readonly producerId: string;
  readonly directory: string;
  #segments: Segment[] = [];
  /** Written by this process; what was found is only read. */
  #current: Segment | undefined;
  #lastNumber = 0;
  readonly #lines = new SealedLines();
  readonly #shards = new Set<Shard>();
  /** Numbers whose confirmation is to be written. */
  readonly #confirmed = new Map<Shard, number[]>();

  constructor(parent: string, producerId: string) {
    this.producerId = producerId;
    this.directory = join(parent, producerId);
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get waitingBytes(): number {
    return this.#segments.reduce((sum, { bytes, waiting }) => sum + (waiting > 0 ? bytes : 0), 0);
  }

  get shards(): ReadonlySet<Shard> {
    return this.#shards;
  }

  /** Reads what a dead process left: what waits, and how many lines were torn. */
  load(): { readonly waiting: readonly Logged[]; readonly torn: number } {
    const waiting = new Map<string, Logged>();
    let torn = 0;
    for (const name of readdirSync(this.directory)
      .filter((file) => file.endsWith(segmentSuffix))
      .toSorted()) {
      const path = join(this.directory, name);
      this.#lastNumber = Number.parseInt(name, 10);
      const found = Segment.found(path, statSync(path).mtimeMs);
      this.#segments.push(found.segment);
      torn += found.torn;
      for (const { body, ...extent } of found.lines) {
        const [mark, shard = '', ...words] = body.split(' ', body.startsWith('S') ? 3 : undefined);
        this.#shards.add(shard);
        if (mark === 'C') for (const sequence of words) waiting.delete(`${shard} ${sequence}`);
        else {
          const place = new Place(this, found.segment, extent);
          waiting.set(`${shard} ${words[0]}`, { shard, sequence: Number(words[0]), place });
        }
      }
    }
    for (const { place } of waiting.values()) place.segment.waiting += 1;
    return { waiting: [...waiting.values()], torn };
  }

  /** In one write; tells where each stands. Throws where the disk does not take all of them. */
  append(entries: readonly Entry[], nowMs: number): readonly Place[] {
    const segment = this.#writable(nowMs);
    const extents = segment.append(
      entries.map(({ body }) => body),
      nowMs,
    );
    for (const { shard } of entries) this.#shards.add(shard);
    segment.waiting += entries.length;
    return extents.map((extent) => new Place(this, segment, extent));
  }

  /** Written with those of the next while: one that is lost makes a restart send a settlement that the store knows. */
  confirm(shard: Shard, sequence: number): void {
    const sequences = this.#confirmed.get(shard);
    if (sequences === undefined) this.#confirmed.set(shard, [sequence]);
    else sequences.push(sequence);
  }

  /** Throws where the disk does not take it: it is tried again then. */
  writeConfirmed(nowMs: number): void {
    for (const [shard, sequences] of this.#confirmed) {
      if (sequences.length === 0) continue;
      this.#writable(nowMs).append([`C ${shard} ${sequences.join(' ')}`], nowMs);
      sequences.length = 0;
    }
  }

  /** What the store does not have of a shard, though it may have confirmed it. */
  async missing(shard: Shard, applied: AppliedNumbers): Promise<readonly Logged[]> {
    const found: Logged[] = [];
    for (const segment of this.#segments) {
      for (const { body, ...extent } of await segment.lines()) {
        const [mark, of, number] = body.split(' ', 3);
        const sequence = Number(number);
        const isApplied = sequence <= applied.mark || applied.ahead.has(sequence);
        if (mark !== 'S' || of !== shard || isApplied) continue;
        found.push({ shard, sequence, place: new Place(this, segment, extent) });
      }
    }
    return found;
  }

  /** Drops segments of which nothing is owed any more, the oldest first; sooner than after an hour where room is short. */
  prune(nowMs: number, bytesToFree: number): void {
    let toFree = bytesToFree;
    const isOwed = (segment: Segment): boolean => {
      if (segment.waiting > 0) return true;
      if (nowMs - segment.newestMs < keptMs && toFree <= 0) return true;
      toFree -= segment.bytes;
      if (segment === this.#current) this.#current = undefined;
      segment.remove();
      return false;
    };
    this.#segments = this.#segments.filter(isOwed);
  }

  async sync(): Promise<void> {
    await Promise.all(this.#segments.map((segment) => segment.sync()));
  }

  /** Of an adopted producer, once all its segments are gone. */
  removeIfEmpty(): boolean {
    if (this.#segments.length > 0) return false;
    rmSync(this.directory, { recursive: true, force: true });
    return true;
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  #writable(nowMs: number): Segment {
    if (this.#current !== undefined && this.#current.bytes < segmentBytes) return this.#current;
    const name = `${String(this.#lastNumber + 1).padStart(9, '0')}${segmentSuffix}`;
    this.#current = Segment.create(join(this.directory, name), nowMs, this.#lines);
    this.#lastNumber += 1;
    this.#segments.push(this.#current);
    return this.#current;
  }
}
