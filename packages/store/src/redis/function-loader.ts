import { Redis } from 'ioredis';
import { StoreError } from '@tollgate/core';
import type { FunctionLibrary, NamedScript } from '../scripts/script.ts';
import type { RedisClient } from './connection.ts';
import { storeErrorOf } from './store-error-of.ts';

type KeptScript = NamedScript & { readonly library: FunctionLibrary };

/**
 * Gives Redis the functions that it does not have: on each connection at once, so that calls find them there, and when one is
 * missing after all. They are kept like keys, and replicas get them; a new server of a Cluster has none.
 * A server that refuses them (full, no right to, knows none) runs the same as scripts until the next connection.
 */
export class FunctionLoader {
  readonly #client: RedisClient;
  #areRefused = false;
  #loading: Promise<void> = Promise.resolve();

  constructor(client: RedisClient, scripts: () => readonly NamedScript[]) {
    this.#client = client;
    client.on('ready', () => {
      this.#areRefused = false;
      this.#loading = this.#load(scripts());
    });
  }

  /** Resolves once what a connection begins with is done. Never rejects. */
  get loaded(): Promise<void> {
    return this.#loading;
  }

  /** Whether the script is to be asked for as a function. */
  has(script: NamedScript): script is KeptScript {
    return script.library !== undefined && !this.#areRefused;
  }

  /** Whether it is worth to ask again after that error: the functions are there now, or asked for no more. Never rejects. */
  async mend(scripts: readonly NamedScript[], error: unknown): Promise<boolean> {
    if (!(error instanceof Error)) return false;
    if (error.message.startsWith('ERR Function not found')) await this.#load(scripts);
    else if (isDenied(error)) this.#areRefused = true;
    else return false;
    return true;
  }

  async #load(scripts: readonly NamedScript[]): Promise<void> {
    const libraries = new Set(scripts.flatMap(({ library }) => library ?? []));
    const primaries = this.#client instanceof Redis ? [this.#client] : this.#client.nodes('master');
    // The one that said so is there; nobody waits for one that is not.
    const there = primaries.filter(({ status }) => status === 'ready');
    await Promise.all([...libraries].flatMap(({ text }) => there.map((primary) => this.#loadOn(primary, text))));
  }

  async #loadOn(primary: Redis, text: string): Promise<void> {
    try {
      await primary.function('LOAD', text);
    } catch (error) {
      if (isRefusal(error)) this.#areRefused = true;
    }
  }
}

/** Somebody else may have been faster; a server that does not serve just now has not refused. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError' || error.message.includes('already exists'))
    return false;
  const known = storeErrorOf(error);
  return isDenied(error) || !(known instanceof StoreError && known.code === 'unavailable');
}

const isDenied = (error: Error): boolean => /^NOPERM|unknown command/i.test(error.message);
