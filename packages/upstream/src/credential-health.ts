import type { Clock, Credential } from '@tollgate/core';
import { maxCoolMs } from './target-health.ts';
import type { UpstreamFact } from './upstream-fact.ts';

/** A spent or refused credential is tried again so often, by one attempt at a time: a topped-up account heals by itself. */
export const disabledForMs = 5 * 60_000;

/** How long to tell a caller to wait while the one trial is out, whose end nobody knows. */
const trialPatienceMs = 1_000;

export type CredentialsByProvider = ReadonlyMap<string, readonly Credential[]>;

export interface ProviderCredential {
  readonly provider: string;
  readonly credential: Credential;
}

/** A credential picked for one attempt; given back with `confirm`, `disable` or `release`. */
export interface CredentialLease extends ProviderCredential {
  /** The one attempt that finds out whether a disabled credential works again. */
  readonly isTrial: boolean;
}

/** `cool`: told to wait. `disable`: spent or refused. */
export type SetAsideVerdict = 'cool' | 'disable';

export interface SetAsideCredential {
  readonly provider: string;
  readonly credential: string;
  readonly verdict: SetAsideVerdict;
}

interface SetAside {
  readonly whose: ProviderCredential;
  readonly verdict: SetAsideVerdict;
  readonly untilMs: number;
  trialIsOut: boolean;
}

export interface CredentialHealthOptions {
  readonly credentials: CredentialsByProvider;
  readonly clock: Clock;
  readonly observe: (fact: UpstreamFact) => void;
}

const nothing: ReadonlySet<string> = new Set();

/**
 * The configured credentials, which of them are set aside, and until when. A cooling one is back when
 * its time is over; a disabled one when a trial was answered.
 *
 * The first healthy credential in config's order is used, not each in turn: providers keep prompt
 * caches by account, so spreading calls would make input dearer, and the order is the operator's.
 */
export class CredentialHealth {
  readonly #clock: Clock;
  readonly #observe: (fact: UpstreamFact) => void;
  readonly #setAside = new Map<string, SetAside>();
  #credentials: CredentialsByProvider;

  constructor({ credentials, clock, observe }: CredentialHealthOptions) {
    this.#credentials = credentials;
    this.#clock = clock;
    this.#observe = observe;
  }

  pick(provider: string, except: ReadonlySet<string> = nothing): CredentialLease | undefined {
    const credential = this.#candidates(provider, except).find(({ name }) => this.#waitMs(provider, name) === 0);
    if (credential === undefined) return undefined;
    const state = this.#stateOf(provider, credential.name);
    if (state?.verdict === 'cool') this.#restore(state);
    const isTrial = state?.verdict === 'disable';
    if (isTrial) state.trialIsOut = true;
    return { provider, credential, isTrial };
  }

  /** Ms until one of the provider's credentials may be used; zero is now. Undefined where it has none. */
  availableInMs(provider: string, except: ReadonlySet<string> = nothing): number | undefined {
    let soonestMs: number | undefined;
    for (const { name } of this.#candidates(provider, except)) {
      soonestMs = Math.min(soonestMs ?? Infinity, this.#waitMs(provider, name));
    }
    return soonestMs;
  }

  /** The attempt was answered: a credential on trial is good again. */
  confirm(lease: CredentialLease): void {
    const state = this.#trialOf(lease);
    if (state !== undefined) this.#restore(state);
  }

  /** The attempt ended without a word on the credential: another trial may begin. */
  release(lease: CredentialLease): void {
    const state = this.#trialOf(lease);
    if (state !== undefined) state.trialIsOut = false;
  }

  /** Told to wait, so nobody asks before. */
  cool(whose: ProviderCredential, forMs: number): void {
    this.#put(whose, 'cool', Math.min(forMs, maxCoolMs));
  }

  /** Spent or refused. */
  disable(whose: ProviderCredential): void {
    this.#put(whose, 'disable', disabledForMs);
  }

  setAside(): readonly SetAsideCredential[] {
    return [...this.#setAside.values()]
      .filter(({ verdict, untilMs }) => verdict === 'disable' || untilMs > this.#clock.monotonicMs())
      .map(({ whose, verdict }) => ({ provider: whose.provider, credential: whose.credential.name, verdict }));
  }

  /** A credential that comes back with another secret starts anew: an operator mended it. */
  update(credentials: CredentialsByProvider): void {
    this.#credentials = credentials;
    for (const state of this.#setAside.values()) if (!this.#isConfigured(state.whose)) this.#restore(state);
  }

  #candidates(provider: string, except: ReadonlySet<string>): readonly Credential[] {
    const configured = this.#credentials.get(provider) ?? [];
    return except.size === 0 ? configured : configured.filter(({ name }) => !except.has(name));
  }

  /** Hardly ever is there any: then no name has to be made. */
  #stateOf(provider: string, credential: string): SetAside | undefined {
    return this.#setAside.size === 0 ? undefined : this.#setAside.get(stateKey(provider, credential));
  }

  #isConfigured({ provider, credential }: ProviderCredential): boolean {
    const configured = this.#credentials.get(provider)?.find(({ name }) => name === credential.name);
    return configured?.secret.reveal() === credential.secret.reveal();
  }

  #put(whose: ProviderCredential, verdict: SetAsideVerdict, forMs: number): void {
    const { provider, credential } = whose;
    const key = stateKey(provider, credential.name);
    const before = this.#setAside.get(key);
    // An attempt that began before a reload says nothing about the secret that came with it; and a
    // disabled credential stays so until a trial is answered, whatever a late attempt was told.
    if (!this.#isConfigured(whose) || (verdict === 'cool' && before?.verdict === 'disable')) return;
    const untilMs = Math.max(before?.untilMs ?? 0, this.#clock.monotonicMs() + forMs);
    this.#setAside.set(key, { whose, verdict, untilMs, trialIsOut: false });
    if (before?.verdict === verdict) return;
    this.#observe({ kind: 'credential_set_aside', provider, credential: credential.name, verdict, forMs });
  }

  #trialOf({ provider, credential, isTrial }: CredentialLease): SetAside | undefined {
    return isTrial ? this.#setAside.get(stateKey(provider, credential.name)) : undefined;
  }

  #restore({ whose: { provider, credential } }: SetAside): void {
    this.#setAside.delete(stateKey(provider, credential.name));
    this.#observe({ kind: 'credential_restored', provider, credential: credential.name });
  }

  #waitMs(provider: string, credential: string): number {
    const state = this.#stateOf(provider, credential);
    if (state === undefined) return 0;
    return state.trialIsOut ? trialPatienceMs : Math.max(0, state.untilMs - this.#clock.monotonicMs());
  }
}

const stateKey = (provider: string, credential: string): string => `${provider}/${credential}`;
