import type { StreamedEvent } from '@tollgate/core';

interface Handed {
  readonly worker: string;
  readonly atMs: number;
  readonly deliveries: number;
}

/** How far the archive of a shard is, and who writes it. */
class MemoryArchive {
  worker = '';
  untilMs = 0;
  /** The last sequence that it has; undefined where there never was an archive. */
  archived: number | undefined;
  /** Of that event. */
  id = '0-0';

  /** How many events that it does not have may go; undefined where there is none. */
  mayMiss(last: number, { mostWaiting, nowMs }: { readonly mostWaiting: number; readonly nowMs: number }) {
    const isOn = this.archived !== undefined && nowMs < this.untilMs + archiveGoneMs;
    return isOn ? last - (this.archived ?? 0) - mostWaiting : undefined;
  }
}

const archiveGoneMs = 7 * 86_400_000;

/** The usage events of a shard, and how far workers are with them. Entries go by their sequence. */
export class MemoryStream {
  readonly entries = new Map<number, StreamedEvent & { readonly writtenAtMs: number }>();
  /** Taken by a worker and not applied. */
  readonly pending = new Map<number, Handed>();
  readonly dead = new Map<number, { readonly entry: StreamedEvent; readonly reason: string }>();
  /** What events cost by later prices. */
  readonly repriced = new Map<number, string>();
  readonly archive = new MemoryArchive();
  #last = 0;
  #handedOut = 0;
  #acknowledged = 0;

  get last(): number {
    return this.#last;
  }

  get lag(): number {
    return this.#last - this.#acknowledged;
  }

  append(entry: StreamedEvent, nowMs: number): void {
    this.entries.set(entry.sequence, { ...entry, writtenAtMs: nowMs });
    this.#last = entry.sequence;
  }

  read(worker: string, atMost: number, nowMs: number): readonly { sequence: number; deliveries: number }[] {
    const count = Math.min(atMost, this.#last - this.#handedOut);
    return Array.from({ length: count }, () => {
      const sequence = (this.#handedOut += 1);
      this.pending.set(sequence, { worker, atMs: nowMs, deliveries: 1 });
      return { sequence, deliveries: 1 };
    });
  }

  claim(
    worker: string,
    atMost: number,
    { idleMs, nowMs }: { readonly idleMs: number; readonly nowMs: number },
  ): readonly { sequence: number; deliveries: number }[] {
    const idle = [...this.pending].filter(([, { atMs }]) => nowMs - atMs >= idleMs);
    return idle
      .toSorted(([a], [b]) => a - b)
      .slice(0, atMost)
      .map(([sequence, { deliveries }]) => {
        this.pending.set(sequence, { worker, atMs: nowMs, deliveries: deliveries + 1 });
        return { sequence, deliveries: deliveries + 1 };
      });
  }

  /** True for the first who says so of an event that was handed out. */
  acknowledge(sequence: number): boolean {
    if (!this.pending.delete(sequence)) return false;
    this.#acknowledged += 1;
    return true;
  }

  /** Handed out and acknowledged, and so is all before it. */
  wasApplied(sequence: number): boolean {
    return sequence <= this.#handedOut && ![...this.pending.keys()].some((held) => held <= sequence);
  }

  /** Events that are in no checkpoint. */
  waiting(): readonly StreamedEvent[] {
    const unread = [...this.entries.values()].filter(({ sequence }) => sequence > this.#handedOut);
    const held = [...this.pending.keys()].flatMap((sequence) => this.entries.get(sequence) ?? []);
    return [...unread, ...held, ...[...this.dead.values()].map(({ entry }) => entry)];
  }
}
