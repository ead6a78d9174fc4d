import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Reservation, Shard } from '@tollgate/core';
import { readLines } from './journal-line.ts';
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
  readonly #unsent = new Map<string, Shard>();
  readonly #unwritten: string[] = [];
  /** Ends cost no write of their own: one that is lost makes a restart take back what is over anyway. */
  readonly #ended: string[] = [];
  #file: Segment;

  constructor(directory: string, nowMs: number) {
    this.#path = join(directory, fileName);
    this.#file = Segment.create(this.#path, nowMs);
  }

  /** What the dead process whose folder this is never sent. */
  static unsent(directory: string): readonly Unsent[] {
    const unsent = new Map<string, Shard>();
    for (const { body } of readLines(readOrEmpty(join(directory, fileName))).lines) {
      const [mark, id = '', shard = ''] = body.split(' ');
      if (mark === 'R') unsent.set(id, shard);
      else unsent.delete(id);
    }
    return [...unsent].map(([reservationId, shard]) => ({ reservationId, shard }));
  }

  static forget(directory: string): void {
    rmSync(join(directory, fileName), { force: true });
  }

  reserving({ reservationId, shard }: Unsent): void {
    this.#unsent.set(reservationId, shard);
    this.#unwritten.push(`R ${reservationId} ${shard}`);
  }

  dispatched(reservationId: string): void {
    if (this.#unsent.delete(reservationId)) this.#unwritten.push(`D ${reservationId}`);
  }

  /** What was told so far is the kernel's when this returns. Throws where the disk does not take it. */
  write(nowMs: number): void {
    if (this.#unwritten.length > 0) this.#file.append(this.#unwritten.splice(0), nowMs);
  }

  /** Nothing was admitted, or it was taken back. */
  ended(reservationId: string): void {
    if (this.#unsent.delete(reservationId)) this.#ended.push(reservationId);
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
    const fresh = Segment.create(`${this.#path}.new`, nowMs);
    fresh.append(
      [...this.#unsent].map(([id, shard]) => `R ${id} ${shard}`),
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
