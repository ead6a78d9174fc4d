import { closeSync, fdatasync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { readLines, type ReadLine } from './journal-line.ts';
import { SealedLines } from './sealed-lines.ts';

const sync = promisify(fdatasync);

/** Where a line lies in a file, its end included; in bytes. */
export interface Extent {
  readonly offset: number;
  readonly bytes: number;
}

/** One file of a journal, written at its end only. */
export class Segment {
  readonly path: string;
  /** Settlements in it that wait for the store. */
  waiting = 0;
  bytes = 0;
  /** Wall time of the newest line. */
  newestMs: number;
  readonly #lines: SealedLines;
  #descriptor: number | undefined;
  #unsynced = false;
  #torn = false;
  #removed = false;

  private constructor(path: string, newestMs: number, lines: SealedLines) {
    this.path = path;
    this.newestMs = newestMs;
    this.#lines = lines;
  }

  /** A new file; throws where it cannot be made. Lines go through `lines`, which files that one hand writes may share. */
  static create(path: string, nowMs: number, lines: SealedLines): Segment {
    const segment = new Segment(path, nowMs, lines);
    segment.#descriptor = openSync(path, 'ax+');
    return segment;
  }

  /** A file that somebody wrote; nothing is added to it. */
  static found(path: string, newestMs: number): { segment: Segment; lines: readonly ReadLine[]; torn: number } {
    const segment = new Segment(path, newestMs, new SealedLines());
    const content = readFileSync(path);
    segment.bytes = content.length;
    return { segment, ...readLines(content) };
  }

  /**
   * Whole when this returns, as far as a crash of the process goes: it is the kernel's. Tells where each line lies.
   * Throws where the disk is full; how many of the lines are there then is not known.
   */
  append(bodies: readonly string[], nowMs: number): readonly Extent[] {
    const lengths = this.#lines.seal(bodies);
    const { room, bytes: length } = this.#lines;
    // A line that a full disk tore stays, and fails its checksum; ended, it does not spoil the next one.
    if (this.#torn) this.bytes += writeSync(this.#open(), '\n');
    this.#torn = true;
    let offset = this.bytes;
    for (let written = 0; written < length;) {
      const count = writeSync(this.#open(), room, written, length - written);
      written += count;
      this.bytes += count;
    }
    this.#torn = false;
    this.newestMs = nowMs;
    this.#unsynced = true;
    return lengths.map((bytes) => {
      const extent = { offset, bytes };
      offset += bytes;
      return extent;
    });
  }

  read({ offset, bytes }: Extent): string {
    const line = Buffer.alloc(bytes - 1);
    readSync(this.#open(), line, 0, line.length, offset);
    return line.toString('utf8');
  }

  /** None where it was removed meanwhile. */
  async lines(): Promise<readonly ReadLine[]> {
    const content = await readFile(this.path).catch((error: unknown) => {
      if (this.#removed) return Buffer.alloc(0);
      throw error;
    });
    return readLines(content).lines;
  }

  /** Survives the machine once this resolves. */
  async sync(): Promise<void> {
    if (!this.#unsynced || this.#descriptor === undefined) return;
    this.#unsynced = false;
    await sync(this.#descriptor);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  remove(): void {
    this.#removed = true;
    this.close();
    rmSync(this.path, { force: true });
  }

  #open(): number {
    this.#descriptor ??= openSync(this.path, 'a+');
    return this.#descriptor;
  }
}
