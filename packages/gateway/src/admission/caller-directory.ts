import { hash } from 'node:crypto';
import QuickLRU from 'quick-lru';
import {
  digestGatewayKey,
  digestsEqual,
  parseGatewayKey,
  type Caller,
  type GatewayKeyParts,
  type KeyStore,
  type Pepper,
} from '@tollgate/core';

const maxKnown = 50_000;
const maxUnknown = 50_000;
const unknownTtlMs = 5_000;

/**
 * Turns a presented key into its caller. What it remembers is only a hint of who that was: every call
 * is checked against key and tenant as they are now by `admit`, in the round trip it makes anyway.
 *
 * Entries go by SHA-256 of the whole key, never by a part of it and never by the key itself.
 */
export class CallerDirectory {
  readonly #known = new QuickLRU<string, Caller>({ maxSize: maxKnown });
  readonly #unknown = new QuickLRU<string, true>({ maxSize: maxUnknown, maxAge: unknownTtlMs });
  readonly #underWay = new Map<string, Promise<Caller | undefined>>();
  readonly #keys: KeyStore;
  readonly #peppers: readonly Pepper[];

  constructor(keys: KeyStore, peppers: readonly Pepper[]) {
    this.#keys = keys;
    this.#peppers = peppers;
  }

  /** Well-formed with a right checksum. Costs no I/O. */
  parse(text: string): PresentedKey | undefined {
    const parts = parseGatewayKey(text);
    return parts === undefined ? undefined : { text, parts, fingerprint: hash('sha256', text, 'base64') };
  }

  /** The caller as last seen by this node, without I/O. */
  remembered(key: PresentedKey): Caller | undefined {
    return this.#known.get(key.fingerprint);
  }

  knownToBeUnknown(key: PresentedKey): boolean {
    return this.#unknown.has(key.fingerprint);
  }

  /** The caller as the store has it now; undefined where key id or digest are unknown. One round trip, shared by all who ask at once. */
  identify(key: PresentedKey): Promise<Caller | undefined> {
    const underWay = this.#underWay.get(key.fingerprint);
    if (underWay !== undefined) return underWay;
    const asked = this.#ask(key).finally(() => this.#underWay.delete(key.fingerprint));
    this.#underWay.set(key.fingerprint, asked);
    return asked;
  }

  replace(key: PresentedKey, caller: Caller): void {
    this.#known.set(key.fingerprint, caller);
  }

  forget(key: PresentedKey): void {
    this.#known.delete(key.fingerprint);
  }

  async #ask(key: PresentedKey): Promise<Caller | undefined> {
    const caller = await this.#keys.identify(key.parts);
    if (caller === undefined || !this.#matches(key, caller)) {
      this.#known.delete(key.fingerprint);
      this.#unknown.set(key.fingerprint, true);
      return undefined;
    }
    this.#known.set(key.fingerprint, caller);
    return caller;
  }

  #matches(key: PresentedKey, caller: Caller): boolean {
    const pepper = this.#peppers.find((candidate) => candidate.version === caller.key.pepperVersion);
    return pepper !== undefined && digestsEqual(digestGatewayKey(key.text, pepper), caller.key.digest);
  }
}

export interface PresentedKey {
  readonly text: string;
  readonly parts: GatewayKeyParts;
  readonly fingerprint: string;
}
