import type { ChainableCommander } from 'ioredis';
import { StoreError, type Clock } from '@tollgate/core';
import { nameScript, textsOf, type NamedScript, type Script, type ScriptCall } from '../scripts/script.ts';
import type { RedisClient } from './connection.ts';
import { Deadlines } from './deadlines.ts';
import { evaluateOn, type Evaluate } from './evaluate.ts';
import { FunctionLoader } from './function-loader.ts';
import { storeErrorOf } from './store-error-of.ts';

/** A call of a script whose reply somebody else reads. */
export interface ScriptRun {
  readonly script: Pick<Script<string, string, unknown>, 'file'>;
  readonly call: ScriptCall;
}

/** Runs scripts on a connection. */
export class RedisLink {
  readonly #client: RedisClient;
  readonly #scripts = new Map<string, NamedScript>();
  readonly #evaluate: Evaluate;
  readonly #functions: FunctionLoader;
  readonly #deadlines: Deadlines;
  readonly #isCluster: boolean;
  readonly timeoutMs: number;

  constructor(options: {
    readonly client: RedisClient;
    readonly scripts: ReadonlyMap<string, string>;
    readonly clock: Clock;
    readonly timeoutMs: number;
  }) {
    this.#client = options.client;
    this.#evaluate = evaluateOn(options.client);
    this.#functions = new FunctionLoader(options.client, () => [...this.#scripts.values()]);
    this.#deadlines = new Deadlines(options.clock, options.timeoutMs, this.#lateError);
    this.#isCluster = options.client.isCluster;
    this.timeoutMs = options.timeoutMs;
    for (const [file, text] of options.scripts) {
      this.#scripts.set(file, nameScript(file, text));
    }
  }

  get ready(): boolean {
    return this.#client.status === 'ready';
  }

  /** Resolves once Redis has been given what calls of a new connection ask for. Never rejects. */
  get prepared(): Promise<void> {
    return this.#functions.loaded;
  }

  /** Answers within `timeoutMs` or rejects with StoreError `timeout`, in which case the script may have run. */
  run<Reply>(script: Script<string, string, Reply>, call: ScriptCall): Promise<Reply> {
    return this.within(this.send(script, call));
  }

  /** Resolves whenever Redis answers. Rejects at once, and without having sent anything, while there is no connection. */
  send<Reply>(script: Script<string, string, Reply>, call: ScriptCall): Promise<Reply> {
    const named = this.#named(script);
    if (!this.ready) return Promise.reject(new StoreError('unavailable', 'Redis is not connected'));
    return this.#ask(named, call).then(script.parse, async (error: unknown) =>
      script.parse(await this.#askAgain(named, call, error)),
    );
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
    let results = await this.#pipeline(runs, waitMs, (pipeline, script, given) => {
      if (this.#functions.has(script)) pipeline.fcall(script.library.name, ...given);
      else pipeline.evalsha(script.sha, ...given);
    });
    // Each run is safe to be sent again: those that were known answer as before.
    const scripts = runs.map(({ script }) => this.#named(script));
    let isMended = false;
    for (const [error] of results) isMended ||= isUnknownScript(error) || (await this.#functions.mend(scripts, error));
    if (isMended) {
      results = await this.#pipeline(runs, waitMs, (pipeline, { text }, given) => pipeline.eval(text, ...given));
    }
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
    waitMs: number,
    add: (pipeline: ChainableCommander, script: NamedScript, given: readonly [number, ...string[]]) => void,
  ): Promise<readonly (readonly [Error | null, unknown])[]> {
    const pipeline = this.#client.pipeline();
    for (const { script, call } of runs) add(pipeline, this.#named(script), textsOf(call));
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

  /** In a Cluster it says nothing of other shards. */
  timeoutError(message: string): unknown {
    return this.#errorOf(new StoreError('timeout', message));
  }

  readonly #lateError = (): unknown => this.timeoutError(`Redis did not answer within ${this.timeoutMs} ms`);

  #named({ file }: ScriptRun['script']): NamedScript {
    const named = this.#scripts.get(file);
    if (named === undefined) throw new TypeError(`there is no script named ${file}`);
    return named;
  }

  /** Gives up waiting, not the command: ioredis has no way to take one back. */
  within<Reply>(sent: Promise<Reply>): Promise<Reply> {
    return this.#deadlines.within(sent);
  }

  async ping(): Promise<void> {
    if (!this.ready) throw new StoreError('unavailable', 'Redis is not connected');
    try {
      await this.within(this.#client.ping());
    } catch (error) {
      throw this.#errorOf(error);
    }
  }

  #ask(script: NamedScript, call: ScriptCall): Promise<unknown> {
    return this.#functions.has(script)
      ? this.#evaluate('fcall', script.library.name, call)
      : this.#evaluate('evalsha', script.sha, call);
  }

  /** A restart or fail-over may have emptied what Redis knows of scripts; what it is told of then it knows again. */
  async #askAgain(script: NamedScript, call: ScriptCall, failure: unknown): Promise<unknown> {
    try {
      return await this.#askMended(script, call, failure);
    } catch (error) {
      throw this.#errorOf(error);
    }
  }

  async #askMended(script: NamedScript, call: ScriptCall, failure: unknown): Promise<unknown> {
    let error = failure;
    for (let tries = 1; tries <= 2 && (await this.#functions.mend([script], error)); tries += 1) {
      // The second time it is asked for as a script, however it was mended.
      try {
        return await (tries === 1 ? this.#ask(script, call) : this.#evaluate('evalsha', script.sha, call));
      } catch (again) {
        error = again;
      }
    }
    if (!isUnknownScript(error)) throw error;
    return this.#client.eval(script.text, ...textsOf(call));
  }
}

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT');
