import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchivePosition, ArchivedEvent, Shard } from '@tollgate/core';
import { archiveLine, hourOf, positionOf } from './archive-line.ts';
import { readLastLine } from './last-line.ts';

/** The file that events of a shard's hour go into until the hour is over. */
interface OpenFile {
  /** `s17-2026-11-25T13-000000000123.ndjson`: shard, hour, and the sequence of its first event. */
  readonly name: string;
  readonly hour: string;
  readonly handle: FileHandle;
  /** Up to here it is on the disk. */
  bytes: number;
}

const openFolder = 'open';

/**
 * A shard's part of an archive. Events are appended to a file under `open/`, and a file whose hour is over is moved to the
 * folder of its day, in one step. Where the archive is follows from what it holds: from the last whole line of the open file,
 * or where there is none from the position that was noted before the last file was moved.
 */
export class ShardFiles {
  readonly #directory: string;
  readonly #shard: Shard;
  #file: OpenFile | undefined;
  #written: ArchivePosition | undefined;

  private constructor(directory: string, shard: Shard) {
    this.#directory = directory;
    this.#shard = shard;
  }

  /** Takes up what is there. A line that was not written to its end is taken back, for its event comes again. */
  static async open(directory: string, shard: Shard): Promise<ShardFiles> {
    const files = new ShardFiles(directory, shard);
    await mkdir(join(directory, openFolder), { recursive: true });
    await files.#recover();
    return files;
  }

  /** The last event that is on the disk; undefined where there never was one. */
  get written(): ArchivePosition | undefined {
    return this.#written;
  }

  /** The hour of the open file, if there is one. */
  get openHour(): string | undefined {
    return this.#file?.hour;
  }

  /** Appends events in order, and resolves once they are on the disk. What it rejects with leaves nothing half written behind. */
  async append(events: readonly ArchivedEvent[]): Promise<void> {
    for (const [hour, part] of Map.groupBy(events, hourOf)) {
      const [first] = part;
      const last = part.at(-1);
      if (first === undefined || last === undefined) continue;
      if (this.#file !== undefined && this.#file.hour !== hour) await this.closeFile();
      this.#file ??= await this.#create(hour, first);
      await write(this.#file, part.map((event) => archiveLine(this.#shard, event)).join(''));
      this.#written = { sequence: last.sequence, entryId: last.entryId };
    }
  }

  /** Moves the open file to the folder of its day. */
  async closeFile(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    // In this order: after a kill in between, the file is there still and says the same.
    await this.#notePosition();
    await file.handle.close();
    this.#file = undefined;
    await this.#moveToDay(file);
  }

  /** Lets go of the open file, for whoever comes next. */
  async release(): Promise<void> {
    await this.#file?.handle.close();
    this.#file = undefined;
  }

  async #recover(): Promise<void> {
    this.#written = await this.#readPosition();
    const prefix = `s${this.#shard}-`;
    const names = (await readdir(join(this.#directory, openFolder))).filter((name) => name.startsWith(prefix));
    for (const [index, name] of names.toSorted().entries()) {
      const file = await this.#reopen(name);
      if (file === undefined) continue;
      this.#file = file;
      if (index < names.length - 1) await this.closeFile();
    }
  }

  /** Undefined where the file has no whole line: then it is gone. */
  async #reopen(name: string): Promise<OpenFile | undefined> {
    const path = join(this.#directory, openFolder, name);
    const handle = await open(path, 'r+');
    const { line, endBytes } = await readLastLine(handle);
    const position = positionOf(line);
    if (position === undefined) {
      await handle.close();
      if (endBytes > 0) throw new Error(`the last line of ${path} is none of an archive`);
      await rm(path);
      return undefined;
    }
    await handle.truncate(endBytes);
    await handle.datasync();
    this.#written = position;
    return { name, hour: name.slice(4, 17), handle, bytes: endBytes };
  }

  async #create(hour: string, { sequence }: ArchivedEvent): Promise<OpenFile> {
    const name = `s${this.#shard}-${hour}-${sequence.padStart(12, '0')}.ndjson`;
    const handle = await open(join(this.#directory, openFolder, name), 'wx+');
    await syncFolder(join(this.#directory, openFolder));
    return { name, hour, handle, bytes: 0 };
  }

  /** Never over another file: after a fail-over sequences can come again. */
  async #moveToDay({ name, hour }: OpenFile): Promise<void> {
    const folder = join(this.#directory, hour.slice(0, 10));
    await mkdir(folder, { recursive: true });
    let target = join(folder, name);
    for (let again = 2; await exists(target); again += 1) {
      target = join(folder, name.replace('.ndjson', `-${again}.ndjson`));
    }
    await rename(join(this.#directory, openFolder, name), target);
    for (const changed of [folder, join(this.#directory, openFolder)]) await syncFolder(changed);
  }

  get #positionPath(): string {
    return join(this.#directory, openFolder, `position-${this.#shard}.json`);
  }

  async #notePosition(): Promise<void> {
    if (this.#written === undefined) return;
    const { sequence, entryId } = this.#written;
    const path = this.#positionPath;
    await writeFile(`${path}.new`, JSON.stringify({ sequence, entry_id: entryId }), { flush: true });
    await rename(`${path}.new`, path);
    await syncFolder(join(this.#directory, openFolder));
  }

  async #readPosition(): Promise<ArchivePosition | undefined> {
    const text = await readFile(this.#positionPath, 'utf8').catch((error: unknown) => {
      if (isAbsent(error)) return undefined;
      throw error;
    });
    return text === undefined ? undefined : positionOf(text);
  }
}

/** A full disk takes part of it: that part is taken back. */
async function write(file: OpenFile, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.handle.write(bytes, at, bytes.length - at, file.bytes + at);
      at += bytesWritten;
    }
    await file.handle.datasync();
  } catch (error) {
    await file.handle.truncate(file.bytes).catch(() => undefined);
    throw error;
  }
  file.bytes += bytes.length;
}

/** A new name is on the disk once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
