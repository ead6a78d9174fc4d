import { appendFileSync } from 'node:fs';
import type { AppliedNumbers, Clock, Producer, Reservation, Settlement, Shard } from '@tollgate/core';
import { CallLog } from './call-log.ts';
import type { JournalHome } from './journal-home.ts';
import { openLine, readSettlement, settlementLine } from './journal-line.ts';
import type { Journal, JournalEvents, Waiting } from './journal.ts';
import { KeptSettlements, type Kept } from './kept-settlements.ts';
import { ProducerLog, type Entry, type Place } from './producer-log.ts';

export interface DiskJournalOptions extends JournalEvents {
  readonly home: JournalHome;
  readonly producerId: string;
  readonly clock: Clock;
  /** Of the files of all producers together. */
  readonly maxBytes: number;
}

type Unsent = Pick<Reservation, 'reservationId' | 'shard'>;

const flushEveryMs = 100;

/**
 * The journal on disk. A settlement is the kernel's before it is sent, so that no kill of this process loses it; every
 * 100 ms it is the disk's, so that a loss of the machine loses no more than that.
 */
export class DiskJournal implements Journal {
  readonly #options: DiskJournalOptions;
  readonly #own: ProducerLog;
  readonly #calls: CallLog;
  #adopted: readonly ProducerLog[] = [];
  readonly #waiting = new KeptSettlements();
  #unwritten: Entry[] = [];
  #writing: Promise<void> | undefined;
  readonly #confirmed = new Map<ProducerLog, Map<Shard, number[]>>();
  #unsent: readonly Unsent[] = [];
  #left: readonly Reservation[] = [];
  #fault: Error | undefined;
  #cancelFlush: () => void = () => undefined;
  #flushing: Promise<void> = Promise.resolve();

  /** Takes up what dead producers left. Throws where the disk cannot be written. */
  constructor(options: DiskJournalOptions) {
    this.#options = options;
    const { home, producerId, clock } = options;
    this.#own = new ProducerLog(home.directory, producerId);
    this.#calls = new CallLog(this.#own.directory, clock.nowMs());
    for (const producer of home.adopted) this.#adopt(producer);
    this.#schedule();
  }

  get size(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#fault !== undefined;
  }

  reserving(reservation: Unsent): void {
    this.#calls.reserving(reservation);
  }

  admittedAlone(reservation: Reservation): void {
    this.#calls.admittedAlone(reservation);
  }

  dispatched(reservationId: string): void {
    this.#calls.dispatched(reservationId);
  }

  ended(reservationId: string): void {
    this.#calls.ended(reservationId);
  }

  append(settlement: Settlement): void {
    const { producer, reservation } = settlement;
    const { shard } = reservation;
    const body = settlementLine(settlement);
    this.#calls.ended(reservation.reservationId);
    this.#waiting.keep({ producer, shard, at: { body }, owed: false });
    this.#unwritten.push({ shard, sequence: producer.sequence, body });
    this.#options.onSize(this.size);
  }

  /** One write for all that one turn of the event loop brings: it is a system call that a request should not pay alone. */
  written(): Promise<void> {
    this.#writing ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#write();
        resolve();
      });
    });
    return this.#writing;
  }

  confirm(shard: Shard, producer: Producer): void {
    const kept = this.#forget(shard, producer);
    if (kept === undefined || !('log' in kept.at)) return;
    const byShard = this.#confirmed.get(kept.at.log) ?? new Map<Shard, number[]>();
    this.#confirmed.set(kept.at.log, byShard);
    const sequences = byShard.get(shard) ?? [];
    byShard.set(shard, sequences);
    sequences.push(producer.sequence);
  }

  *waiting(): Iterable<Waiting> {
    for (const { producer, shard, at } of this.#waiting.values()) {
      yield { producer, shard, read: () => readSettlement('log' in at ? readBody(at.place) : at.body) };
    }
  }

  owe(shards: ReadonlySet<Shard>): void {
    this.#waiting.owe(shards);
  }

  owedTo(shard: Shard): number {
    return this.#waiting.owedTo(shard);
  }

  unsent(): readonly Unsent[] {
    return this.#unsent;
  }

  left(): readonly Reservation[] {
    return this.#left;
  }

  producersIn(shard: Shard): readonly string[] {
    return this.#logs()
      .filter((log) => log.shards.has(shard))
      .map((log) => log.producerId);
  }

  async reopen(shard: Shard, producerId: string, applied: AppliedNumbers): Promise<number> {
    const log = this.#logs().find((candidate) => candidate.producerId === producerId);
    if (log === undefined) return 0;
    const before = this.size;
    for (const place of await log.missing(shard, applied)) {
      if (this.#waiting.get(shard, { id: producerId, sequence: place.sequence }) === undefined) {
        place.segment.waiting += 1;
        this.#keepPlace(log, place);
      }
    }
    this.#options.onSize(this.size);
    return this.size - before;
  }

  quarantine({ shard, producer }: Waiting, error: unknown): void {
    const kept = this.#waiting.get(shard, producer);
    if (kept === undefined) return;
    const settlement = 'log' in kept.at ? kept.at.place.segment.read(kept.at.place) : kept.at.body;
    const line = JSON.stringify({ time: new Date(this.#options.clock.nowMs()), error: String(error), settlement });
    const written = this.#guard(() => {
      appendFileSync(this.#options.home.quarantinePath, `${line}\n`, { mode: 0o600 });
      return true;
    });
    if (written === true) this.confirm(shard, producer);
  }

  async close(): Promise<void> {
    this.#cancelFlush();
    await this.#writing;
    await this.#flushing;
    await this.#flush();
    this.#calls.close();
    if (this.size === 0) CallLog.forget(this.#own.directory);
    for (const log of this.#logs()) log.close();
    await this.#options.home.leave();
  }

  #adopt(producer: string): void {
    const log = new ProducerLog(this.#options.home.directory, producer);
    this.#adopted = [...this.#adopted, log];
    for (const place of log.load().waiting) this.#keepPlace(log, place);
    const { unsent, left } = CallLog.found(log.directory);
    this.#unsent = [...this.#unsent, ...unsent];
    this.#left = [...this.#left, ...left];
  }

  #keepPlace(log: ProducerLog, place: Place): void {
    const producer = { id: log.producerId, sequence: place.sequence };
    this.#waiting.keep({ producer, shard: place.shard, at: { log, place }, owed: true });
  }

  #forget(shard: Shard, producer: Producer): Kept | undefined {
    const kept = this.#waiting.forget(shard, producer);
    if (kept === undefined) return undefined;
    if ('log' in kept.at) kept.at.place.segment.waiting -= 1;
    this.#options.onSize(this.size);
    return kept;
  }

  #write(): void {
    this.#writing = undefined;
    const isWaiting = ({ shard, sequence }: Entry): boolean =>
      this.#waiting.get(shard, { id: this.#own.producerId, sequence }) !== undefined;
    const entries = this.#unwritten.splice(0).filter(isWaiting);
    // Settlements first: that a call is over is written only once what it cost is.
    if (entries.length > 0) this.#guard((nowMs) => this.#place(entries, nowMs));
    this.#guard((nowMs) => this.#calls.write(nowMs));
  }

  /** Throws where the disk refuses them: they stay in memory. */
  #place(entries: readonly Entry[], nowMs: number): void {
    for (const place of this.#own.append(entries, nowMs)) {
      const producer = { id: this.#own.producerId, sequence: place.sequence };
      this.#waiting.move({ shard: place.shard, producer }, { log: this.#own, place });
    }
  }

  #logs(): readonly ProducerLog[] {
    return [this.#own, ...this.#adopted];
  }

  /** What the disk refuses makes the journal full, until it takes the next thing. */
  #guard<Value>(write: (nowMs: number) => Value): Value | undefined {
    try {
      return write(this.#options.clock.nowMs());
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#fail(error);
      return undefined;
    }
  }

  #fail(error: Error): void {
    if (this.#fault === undefined) this.#options.onFault(error);
    this.#fault = error;
  }

  #hasRoom(): boolean {
    return this.#logs().reduce((sum, log) => sum + log.waitingBytes, 0) < this.#options.maxBytes;
  }

  #schedule(): void {
    this.#cancelFlush = this.#options.clock.schedule(flushEveryMs, () => {
      this.#flushing = this.#flush().finally(() => this.#schedule());
    });
  }

  async #flush(): Promise<void> {
    this.#mendFault();
    this.#write();
    this.#guard((nowMs) => {
      this.#calls.flush(nowMs);
      for (const [log, byShard] of this.#confirmed) {
        for (const [shard, sequences] of byShard) log.confirm(shard, sequences, nowMs);
      }
      this.#confirmed.clear();
      const used = this.#logs().reduce((sum, { bytes }) => sum + bytes, 0);
      for (const log of this.#logs().toReversed()) log.prune(nowMs, used - this.#options.maxBytes);
    });
    if (!this.#hasRoom()) this.#fail(new Error('as many settlements wait for Redis as the journal holds'));
    this.#adopted = this.#adopted.filter((log) => !log.removeIfEmpty());
    await this.#sync();
  }

  async #sync(): Promise<void> {
    try {
      await Promise.all(this.#logs().map((log) => log.sync()));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#fail(error);
    }
  }

  /** Writes down what the disk refused, if it takes it now. */
  #mendFault(): void {
    if (this.#fault === undefined || !this.#hasRoom()) return;
    try {
      const nowMs = this.#options.clock.nowMs();
      const refused = [...this.#waiting.values()].flatMap(({ producer, shard, at }) =>
        'log' in at ? [] : [{ shard, sequence: producer.sequence, body: at.body }],
      );
      if (refused.length > 0) this.#place(refused, nowMs);
      this.#calls.probe(nowMs);
    } catch {
      return;
    }
    this.#fault = undefined;
    this.#options.onFault(undefined);
  }
}

function readBody(place: Place): string {
  const body = openLine(place.segment.read(place));
  if (body === undefined) throw new Error(`the journal's line at ${place.offset} of ${place.segment.path} is spoiled`);
  return body;
}
