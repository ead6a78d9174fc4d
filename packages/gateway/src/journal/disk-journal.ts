import { appendFileSync } from 'node:fs';
import type { AppliedNumbers, Clock, Reservation, Settlement, Shard } from '@tollgate/core';
import { CallLog } from './call-log.ts';
import { DiskFault } from './disk-fault.ts';
import type { JournalHome } from './journal-home.ts';
import { settlementLine } from './journal-line.ts';
import type { Journal, JournalEvents } from './journal.ts';
import { KeptSettlements } from './kept-settlements.ts';
import { Place, Unplaced } from './place.ts';
import type { Entry, Logged } from './producer-log.ts';
import { ProducerLogs } from './producer-logs.ts';
import { Waiting } from './waiting.ts';

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
  readonly #logs: ProducerLogs;
  readonly #calls: CallLog;
  readonly #fault: DiskFault;
  readonly #waiting = new KeptSettlements();
  #unwritten: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #unsent: readonly Unsent[] = [];
  #left: readonly Reservation[] = [];
  #cancelFlush: () => void = () => undefined;
  #flushing: Promise<void> = Promise.resolve();

  /** Takes up what dead producers left. Throws where the disk cannot be written. */
  constructor(options: DiskJournalOptions) {
    this.#options = options;
    const { home, producerId, clock } = options;
    this.#logs = new ProducerLogs(home.directory, producerId);
    this.#calls = new CallLog(this.#logs.own.directory, clock.nowMs());
    this.#fault = new DiskFault(options.onFault);
    for (const producer of home.adopted) this.#adopt(producer);
    this.#schedule();
  }

  get size(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#fault.stands;
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

  append(settlement: Settlement): Waiting {
    const { producer, reservation } = settlement;
    const source = new Unplaced(settlementLine(settlement));
    const waiting = new Waiting({ producer, shard: reservation.shard, source, isOwed: false });
    this.#calls.ended(reservation.reservationId);
    this.#waiting.keep(waiting);
    this.#unwritten.push(waiting);
    this.#options.onSize(this.size);
    return waiting;
  }

  /** One write for all calls that go on together: it is a system call that a request should not pay alone. */
  written(): Promise<void> {
    this.#writing ??= new Promise((resolve) => {
      process.nextTick(() => {
        this.#write();
        resolve();
      });
    });
    return this.#writing;
  }

  confirm(waiting: Waiting): void {
    if (!this.#waiting.forget(waiting)) return;
    const { source, shard, producer } = waiting;
    if (source instanceof Place) {
      source.segment.waiting -= 1;
      source.log.confirm(shard, producer.sequence);
    }
    this.#options.onSize(this.size);
  }

  waiting(): Iterable<Waiting> {
    return this.#waiting.values();
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
    return this.#logs.producersIn(shard);
  }

  async reopen(shard: Shard, producerId: string, applied: AppliedNumbers): Promise<number> {
    const missing = (await this.#logs.find(producerId)?.missing(shard, applied)) ?? [];
    const waiting = this.#waiting.numbersOf(shard, producerId);
    const before = this.size;
    for (const logged of missing) {
      if (waiting.has(logged.sequence)) continue;
      // What the disk had refused in part may stand there twice.
      waiting.add(logged.sequence);
      logged.place.segment.waiting += 1;
      this.#keepLogged(logged);
    }
    this.#options.onSize(this.size);
    return this.size - before;
  }

  quarantine(waiting: Waiting, error: unknown): void {
    if (!waiting.isKept) return;
    const settlement = waiting.source.line();
    const line = JSON.stringify({ time: new Date(this.#options.clock.nowMs()), error: String(error), settlement });
    const written = this.#fault.guard(() => {
      appendFileSync(this.#options.home.quarantinePath, `${line}\n`, { mode: 0o600 });
      return true;
    });
    if (written === true) this.confirm(waiting);
  }

  async close(): Promise<void> {
    this.#cancelFlush();
    await this.#writing;
    await this.#flushing;
    await this.#flush();
    this.#calls.close();
    if (this.size === 0) CallLog.forget(this.#logs.own.directory);
    this.#logs.close();
    await this.#options.home.leave();
  }

  #adopt(producer: string): void {
    const { directory, waiting } = this.#logs.adopt(producer);
    for (const logged of waiting) this.#keepLogged(logged);
    const { unsent, left } = CallLog.found(directory);
    this.#unsent = [...this.#unsent, ...unsent];
    this.#left = [...this.#left, ...left];
  }

  #keepLogged({ shard, sequence, place }: Logged): void {
    const producer = { id: place.log.producerId, sequence };
    this.#waiting.keep(new Waiting({ producer, shard, source: place, isOwed: true }));
  }

  #write(): void {
    this.#writing = undefined;
    const unwritten = this.#unwritten;
    this.#unwritten = [];
    // Settlements first: that a call is over is written only once what it cost is.
    if (unwritten.length > 0) this.#fault.guard(() => this.#place(unwritten));
    this.#fault.guard(() => this.#calls.write(this.#nowMs()));
  }

  /** Those of them that wait and are in memory. Throws where the disk refuses them: they stay there. */
  #place(unwritten: Iterable<Waiting>): void {
    const entries: (Entry & { readonly waiting: Waiting })[] = [];
    for (const waiting of unwritten) {
      const { source, shard, isKept } = waiting;
      if (isKept && source instanceof Unplaced) entries.push({ waiting, shard, body: source.body });
    }
    if (entries.length === 0) return;
    const places = this.#logs.own.append(entries, this.#nowMs());
    entries.forEach(({ waiting }, index) => {
      waiting.source = places[index] ?? waiting.source;
    });
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }

  #hasRoom(): boolean {
    return this.#logs.waitingBytes() < this.#options.maxBytes;
  }

  #schedule(): void {
    this.#cancelFlush = this.#options.clock.schedule(flushEveryMs, () => {
      this.#flushing = this.#flush().finally(() => this.#schedule());
    });
  }

  async #flush(): Promise<void> {
    if (this.#hasRoom()) this.#fault.mend(() => this.#writeRefused());
    this.#write();
    this.#fault.guard(() => {
      this.#calls.flush(this.#nowMs());
      this.#logs.tidy(this.#nowMs(), this.#options.maxBytes);
    });
    if (!this.#hasRoom()) this.#fault.raise(new Error('as many settlements wait for Redis as the journal holds'));
    this.#logs.leaveEmpty();
    await this.#fault.guardAsync(() => this.#logs.sync());
  }

  #writeRefused(): void {
    this.#place(this.#waiting.values());
    this.#calls.probe(this.#nowMs());
  }
}
