import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Reservation, Shard } from '@tollgate/core';
import { aloneLine, readLines, readReservation } from './journal-line.ts';
import { SealedLines } from './sealed-lines.ts';
import { Segment } from './segment.ts';

type Unsent = Pick<Reservation, 'reservationId' | 'shard'>;

const fileName = 'calls';
const maxBytes = 8 * 1024 * 1024;
/** A large settlement. */
const probeBytes = 4096;

/**
 * Which calls of this process were admitted, and which of them went to a provider: after a crash the others are taken
 * back, for nothing of them left the node.
 */
export class CallLog {
  readonly #path: string;
  readonly #lines = new SealedLines();
  readonly #unsent = new Map<string, Shard>();
  /** Lines of calls in flight that were admitted without the store. */
  readonly #alone = new Map<string, string>();
  readonly #unwritten: string[] = [];
  /** Ends cost no write of their own: one that is lost makes a restart take back what is over anyway. */
  readonly #ended: string[] = [];
  #file: Segment;

  constructor(directory: string, nowMs: number) {
    this.#path = join(directory, fileName);
    this.#file = Segment.create(this.#path, nowMs, this.#lines);
  }

  /** What the dead process whose folder this is never sent, and what it sent of calls that the store knows nothing of. */
  static found(directory: string): { readonly unsent: readonly Unsent[]; readonly left: readonly Reservation[] } {
    const unsent = new Map<string, Shard>();
    const alone = new Map<string, Reservation>();
    for (const { body } of readLines(readOrEmpty(join(directory, fileName))).lines) {
      const [mark, id = '', shard = ''] = body.split(' ', 3);
      if (mark === 'A') alone.set(id, readReservation(body));
      if (mark === 'A' || mark === 'R') unsent.set(id, shard);
      else unsent.delete(id);
      if (mark === 'E') alone.delete(id);
    }
    return {
      unsent: [...unsent].map(([reservationId, shard]) => ({ reservationId, shard })),
      left: [...alone.values()].filter(({ reservationId }) => !unsent.has(reservationId)),
    };
  }

  static forget(directory: string): void {
    rmSync(join(directory, fileName), { force: true });
  }

  reserving({ reservationId, shard }: Unsent): void {
    this.#unsent.set(reservationId, shard);
    this.#unwritten.push(`R ${reservationId} ${shard}`);
  }

  admittedAlone(reservation: Reservation): void {
    const { reservationId, shard } = reservation;
    const line = aloneLine(reservation);
    this.#unsent.set(reservationId, shard);
    this.#alone.set(reservationId, line);
    this.#unwritten.push(line);
  }

  dispatched(reservationId: string): void {
    if (this.#unsent.delete(reservationId)) this.#unwritten.push(`D ${reservationId}`);
  }

  /** What was told so far is the kernel's when this returns. Throws where the disk does not take it. */
  write(nowMs: number): void {
    if (this.#unwritten.length > 0) this.#file.append(this.#unwritten.splice(0), nowMs);
  }

  /** Nothing was admitted, or it was taken back or settled. */
  ended(reservationId: string): void {
    const isUnsent = this.#unsent.delete(reservationId);
    // Who finds a call that went out alone holds it again, which would be wrong here: this end does not wait.
    if (this.#alone.delete(reservationId)) this.#unwritten.push(`E ${reservationId}`);
    else if (isUnsent) this.#ended.push(reservationId);
  }

  /** Throws where the disk would not take a settlement. */
  probe(nowMs: number): void {
    this.#file.append([`E ${'-'.repeat(probeBytes)}`], nowMs);
  }

  flush(nowMs: number): void {
    for (const id of this.#ended.splice(0)) this.#unwritten.push(`E ${id}`);
    this.write(nowMs);
    if (this.#file.bytes > maxBytes) this.#compact(nowMs);
  }

  close(): void {
    this.#file.close();
  }

  #compact(nowMs: number): void {
    const fresh = Segment.create(`${this.#path}.new`, nowMs, this.#lines);
    const alone = [...this.#alone].filter(([id]) => !this.#unsent.has(id));
    fresh.append(
      [
        ...[...this.#unsent].map(([id, shard]) => this.#alone.get(id) ?? `R ${id} ${shard}`),
        ...alone.flatMap(([id, line]) => [line, `D ${id}`]),
      ],
      nowMs,
    );
    renameSync(`${this.#path}.new`, this.#path);
    this.#file.close();
    this.#file = fresh;
  }
}

function readOrEmpty(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
