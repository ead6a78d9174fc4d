import type { Shard } from '@tollgate/core';
import { ProducerLog, type Logged } from './producer-log.ts';

/** The log of this process, and those of dead ones that it took up, until nothing is owed of them. */
export class ProducerLogs {
  readonly own: ProducerLog;
  readonly #directory: string;
  #adopted: readonly ProducerLog[] = [];

  constructor(directory: string, producerId: string) {
    this.#directory = directory;
    this.own = new ProducerLog(directory, producerId);
  }

  /** Takes up what a dead process left; tells where it lies, and what waits of it. */
  adopt(producerId: string): { readonly directory: string; readonly waiting: readonly Logged[] } {
    const log = new ProducerLog(this.#directory, producerId);
    this.#adopted = [...this.#adopted, log];
    return { directory: log.directory, waiting: log.load().waiting };
  }

  find(producerId: string): ProducerLog | undefined {
    return this.#all().find((log) => log.producerId === producerId);
  }

  producersIn(shard: Shard): readonly string[] {
    return this.#all()
      .filter((log) => log.shards.has(shard))
      .map((log) => log.producerId);
  }

  /** Of what waits. */
  waitingBytes(): number {
    return this.#all().reduce((sum, log) => sum + log.waitingBytes, 0);
  }

  /** Writes what was confirmed, and drops what is not owed any more; sooner where there is more than `maxBytes`. Throws as they do. */
  tidy(nowMs: number, maxBytes: number): void {
    const logs = this.#all();
    for (const log of logs) log.writeConfirmed(nowMs);
    const used = logs.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const log of logs.toReversed()) log.prune(nowMs, used - maxBytes);
  }

  leaveEmpty(): void {
    this.#adopted = this.#adopted.filter((log) => !log.removeIfEmpty());
  }

  async sync(): Promise<void> {
    await Promise.all(this.#all().map((log) => log.sync()));
  }

  close(): void {
    for (const log of this.#all()) log.close();
  }

  #all(): readonly ProducerLog[] {
    return [this.own, ...this.#adopted];
  }
}
