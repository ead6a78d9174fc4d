import { StoreError, type Clock } from '@tollgate/core';
import { shaOf, type Script, type ScriptCall } from '../scripts/script.ts';
import type { RedisClient } from './connection.ts';
import { evaluateOn, type Evaluate } from './evaluate.ts';
import { storeErrorOf } from './store-error-of.ts';

interface LoadedScript {
  readonly text: string;
  readonly sha: string;
}

/** Runs scripts on the one connection of a process. */
export class RedisLink {
  readonly #client: RedisClient;
  readonly #scripts = new Map<string, LoadedScript>();
  readonly #evaluateSha: Evaluate;
  readonly #clock: Clock;
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
    const loaded = this.#scripts.get(script.file);
    if (loaded === undefined) throw new TypeError(`there is no script named ${script.file}`);
    if (!this.ready) throw new StoreError('unavailable', 'Redis is not connected');
    return script.parse(await this.#evaluate(loaded, keys, args));
  }

  /** Gives up waiting, not the command: ioredis has no way to take one back. */
  async within<Reply>(sent: Promise<Reply>): Promise<Reply> {
    let cancel = (): void => undefined;
    const timeout = new Promise<never>((_, reject) => {
      // After a busy spell timers come before sockets: what has arrived meanwhile is read before Redis is found slow.
      cancel = this.#clock.schedule(this.timeoutMs, () =>
        setImmediate(() => reject(new StoreError('timeout', `Redis did not answer within ${this.timeoutMs} ms`))),
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
      throw storeErrorOf(error);
    }
  }

  async #evaluate(script: LoadedScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    try {
      return await this.#evaluateSha(script.sha, keys, args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw storeErrorOf(error);
    }
    // A restart or fail-over emptied Redis' cache of scripts; EVAL fills it again.
    try {
      return await this.#client.eval(script.text, keys.length, ...keys, ...args);
    } catch (error) {
      throw storeErrorOf(error);
    }
  }
}
