import {
  claimLivesMs,
  outcomeLivesMs,
  type CallClaims,
  type ClaimResult,
  type Clock,
  type NamedCall,
  type RecordedOutcome,
} from '@tollgate/core';

interface Held {
  readonly requestId: string;
  readonly print: string;
  readonly ended: RecordedOutcome | undefined;
  readonly untilMs: number;
}

const mostHeld = 100_000;

/** Named calls, for a single process; the oldest names make way. */
export class MemoryClaims implements CallClaims {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async claim(call: NamedCall, { requestId, print }: { requestId: string; print: string }): Promise<ClaimResult> {
    const held = this.#find(call);
    if (held !== undefined && held.requestId !== requestId) {
      return { kind: 'taken', isSame: held.print === print, requestId: held.requestId, ended: held.ended };
    }
    if (held === undefined) this.#put(call, { requestId, print, ended: undefined, untilMs: this.#in(claimLivesMs) });
    return { kind: 'claimed' };
  }

  async finish(call: NamedCall, requestId: string, ended: RecordedOutcome): Promise<void> {
    const held = this.#find(call);
    if (held?.requestId === requestId) this.#put(call, { ...held, ended, untilMs: this.#in(outcomeLivesMs) });
  }

  async release(call: NamedCall, requestId: string): Promise<void> {
    if (this.#find(call)?.requestId === requestId) this.#held.delete(nameOf(call));
  }

  #find(call: NamedCall): Held | undefined {
    const held = this.#held.get(nameOf(call));
    return held !== undefined && held.untilMs > this.#clock.nowMs() ? held : undefined;
  }

  #put(call: NamedCall, held: Held): void {
    const name = nameOf(call);
    this.#held.delete(name);
    this.#held.set(name, held);
    const [oldest] = this.#held.size > mostHeld ? this.#held.keys() : [];
    if (oldest !== undefined) this.#held.delete(oldest);
  }

  #in(ms: number): number {
    return this.#clock.nowMs() + ms;
  }
}

const nameOf = ({ scopeId, name }: NamedCall): string => JSON.stringify([scopeId, name]);
