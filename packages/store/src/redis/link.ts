import { StoreError, type Clock } from '@tollgate/core';
import { shaOf, type Script, type ScriptCall } from '../scripts/script.ts';
import type { RedisClient } from './connection.ts';
import { evaluateOn, type Evaluate } from './evaluate.ts';
import { storeErrorOf } from './store-error-of.ts';

interface LoadedScript {
  readonly text: string;
  readonly sha: string;
}

/** A call of a script whose reply somebody else reads. */
export interface ScriptRun {
  readonly script: Pick<Script<string, string, unknown>, 'file'>;
  readonly call: ScriptCall;
}

/** Runs scripts on a connection. */
export class RedisLink {
  readonly #client: RedisClient;
  readonly #scripts = new Map<string, LoadedScript>();
  readonly #evaluateSha: Evaluate;
  readonly #clock: Clock;
  readonly #isCluster: boolean;
  readonly timeoutMs: number;

  constructor(options: {
    readonly client: RedisClient;
    readonly scripts: ReadonlyMap<string, string>;
    readonly clock: Clock;
    readonly timeoutMs: number;
  }) {
    this.#client = options.client;
    this.#evaluateSha = evaluateOn(options.client);
    this.#clock = options.clock;
    this.#isCluster = options.client.isCluster;
    this.timeoutMs = options.timeoutMs;
    for (const [file, text] of options.scripts) {
      this.#scripts.set(file, { text, sha: shaOf(text) });
    }
  }

  get ready(): boolean {
    return this.#client.status === 'ready';
  }

  /** Answers within `timeoutMs` or rejects with StoreError `timeout`, in which case the script may have run. */
  run<Reply>(script: Script<string, string, Reply>, call: ScriptCall): Promise<Reply> {
    return this.within(this.send(script, call));
  }

  /** Resolves whenever Redis answers. Rejects at once, and without having sent anything, while there is no connection. */
  async send<Reply>(script: Script<string, string, Reply>, { keys, args }: ScriptCall): Promise<Reply> {
    const loaded = this.#loaded(script);
    if (!this.ready) throw new StoreError('unavailable', 'Redis is not connected');
    return script.parse(await this.#evaluate(loaded, keys, args));
  }

  /**
   * Runs all, which have to be of one shard, and then waits up to `waitMs` for a replica to have what they wrote, in one
   * round trip. Tells each one's reply, or throws its error when asked for it, and how many replicas have them. Holds up
   * the connection meanwhile.
   */
  async sendReplicated(
    runs: readonly ScriptRun[],
    waitMs: number,
  ): Promise<{ readonly replies: readonly (() => unknown)[]; readonly replicas: number }> {
    if (!this.ready) throw new StoreError('unavailable', 'Redis is not connected');
    let results = await this.#pipeline(runs, { waitMs, by: 'sha' });
    // Each run is safe to be sent again: those that were known answer as before.
    if (results.some(([error]) => isUnknownScript(error))) results = await this.#pipeline(runs, { waitMs, by: 'text' });
    const [waitError, replicas] = results.at(-1) ?? [];
    const replies = runs.map((_, index) => () => {
      const [error, reply] = results[index] ?? [];
      if (error !== null && error !== undefined) throw this.#errorOf(error);
      return reply;
    });
    return { replies, replicas: waitError === null && typeof replicas === 'number' ? replicas : 0 };
  }

  async #pipeline(
    runs: readonly ScriptRun[],
    { waitMs, by }: { readonly waitMs: number; readonly by: 'sha' | 'text' },
  ): Promise<readonly (readonly [Error | null, unknown])[]> {
    const pipeline = this.#client.pipeline();
    for (const { script, call } of runs) {
      const { sha, text } = this.#loaded(script);
      const given = [call.keys.length, ...call.keys, ...call.args] as const;
      if (by === 'sha') pipeline.evalsha(sha, ...given);
      else pipeline.eval(text, ...given);
    }
    pipeline.wait(1, waitMs);
    try {
      return (await pipeline.exec()) ?? [];
    } catch (error) {
      throw this.#errorOf(error);
    }
  }

  /** A Cluster that is connected may lack one node: that says nothing of the others. */
  #errorOf(error: unknown): unknown {
    const known = storeErrorOf(error);
    const isOfNode = known instanceof StoreError && (known.code === 'timeout' || known.code === 'unavailable');
    return this.#isCluster && isOfNode ? new StoreError('shard_unavailable', known.message, known.cause) : known;
  }

  #loaded({ file }: ScriptRun['script']): LoadedScript {
    const loaded = this.#scripts.get(file);
    if (loaded === undefined) throw new TypeError(`there is no script named ${file}`);
    return loaded;
  }

  /** Gives up waiting, not the command: ioredis has no way to take one back. */
  async within<Reply>(sent: Promise<Reply>): Promise<Reply> {
    let cancel = (): void => undefined;
    const timeout = new Promise<never>((_, reject) => {
      // After a busy spell timers come before sockets: what has arrived meanwhile is read before Redis is found slow.
      cancel = this.#clock.schedule(this.timeoutMs, () =>
        setImmediate(() =>
          reject(this.#errorOf(new StoreError('timeout', `Redis did not answer within ${this.timeoutMs} ms`))),
        ),
      );
    });
    try {
      return await Promise.race([sent, timeout]);
    } finally {
      cancel();
    }
  }

  async ping(): Promise<void> {
    if (!this.ready) throw new StoreError('unavailable', 'Redis is not connected');
    try {
      await this.within(this.#client.ping());
    } catch (error) {
      throw this.#errorOf(error);
    }
  }

  async #evaluate(script: LoadedScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    try {
      return await this.#evaluateSha(script.sha, keys, args);
    } catch (error) {
      if (!isUnknownScript(error)) throw this.#errorOf(error);
    }
    // A restart or fail-over emptied Redis' cache of scripts; EVAL fills it again.
    try {
      return await this.#client.eval(script.text, keys.length, ...keys, ...args);
    } catch (error) {
      throw this.#errorOf(error);
    }
  }
}

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT');
