import type { Shard } from '@tollgate/core';
import type { Script, ScriptCall } from '../scripts/script.ts';
import type { RedisLink, ScriptRun } from './link.ts';

interface Outcome<Reply> {
  readonly reply: Reply;
  /** Whether a replica has what the script wrote. */
  readonly replicated: boolean;
}

interface Waiting {
  readonly run: ScriptRun;
  readonly resolve: (outcome: Promise<Outcome<unknown>>) => void;
}

/**
 * Runs scripts that count only once a replica has what they wrote. Redis holds up a connection that waits for its
 * replicas, hence one of its own; and all that come for a shard meanwhile go out together.
 */
export class ReplicatedRuns {
  readonly #link: RedisLink;
  readonly #waitMs: number;
  readonly #waiting = new Map<Shard, Waiting[]>();
  readonly #busy = new Set<Shard>();

  /** `link` is nobody else's. Replicas have a third of the time that a reply is waited for: scripts may have to be sent twice. */
  constructor(link: RedisLink) {
    this.#link = link;
    this.#waitMs = Math.max(1, Math.floor(link.timeoutMs / 3));
  }

  get ready(): boolean {
    return this.#link.ready;
  }

  /** Rejects as `RedisLink.send` does. */
  async run<Reply>(script: Script<string, string, Reply>, call: ScriptCall, shard: Shard): Promise<Outcome<Reply>> {
    const { reply, replicated } = await new Promise<Outcome<unknown>>((resolve) => {
      const waiting = this.#waiting.get(shard) ?? [];
      waiting.push({ run: { script, call }, resolve });
      this.#waiting.set(shard, waiting);
      if (!this.#busy.has(shard)) void this.#flush(shard);
    });
    return { reply: script.parse(reply), replicated };
  }

  async #flush(shard: Shard): Promise<void> {
    this.#busy.add(shard);
    for (let batch = this.#take(shard); batch.length > 0; batch = this.#take(shard)) await this.#send(batch);
    this.#busy.delete(shard);
  }

  #take(shard: Shard): readonly Waiting[] {
    const batch = this.#waiting.get(shard) ?? [];
    this.#waiting.delete(shard);
    return batch;
  }

  /** Never rejects: each that waits hears of its own failure. */
  async #send(batch: readonly Waiting[]): Promise<void> {
    const runs = batch.map(({ run }) => run);
    const sent = this.#link.sendReplicated(runs, this.#waitMs);
    batch.forEach(({ resolve }, index) =>
      resolve(sent.then(({ replies, replicas }) => ({ reply: replies[index]?.(), replicated: replicas > 0 }))),
    );
    await sent.catch(() => undefined);
  }
}
