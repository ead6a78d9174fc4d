import fc from 'fast-check';
import type { AdmissionStore, AdmitDecision, AdmitRequest, Caller, Reservation } from '@tollgate/core';
import type { Bench } from './bench.ts';
import { boundAt, requestOf, settlementOf, type ScopeRules } from './fixtures.ts';

/** One thing that may happen. `call` picks among the reservations that are neither settled nor voided. */
export type Step =
  | { readonly kind: 'admit'; readonly tokens: number; readonly bound: number; readonly pico: number | undefined }
  | { readonly kind: 'settle'; readonly call: number; readonly tokens: number; readonly cost: number }
  | { readonly kind: 'extend'; readonly call: number; readonly bound: number }
  | { readonly kind: 'void' | 'renew' | 'again'; readonly call: number }
  | { readonly kind: 'reap' }
  | { readonly kind: 'wait' | 'jump'; readonly ms: number };

const call = fc.nat(1000);
const admitStep = fc.record({
  kind: fc.constant('admit' as const),
  tokens: fc.nat(60),
  bound: fc.nat(40),
  pico: fc.option(fc.nat(1500), { nil: undefined }),
});
const settleStep = fc.record({
  kind: fc.constant('settle' as const),
  call,
  tokens: fc.oneof({ arbitrary: fc.nat(60), weight: 5 }, fc.integer({ min: 60, max: 700 })),
  cost: fc.nat(45),
});
const waitStep = fc.record({
  kind: fc.constant('wait' as const),
  ms: fc.oneof(fc.nat(1500), fc.integer({ min: 1000, max: 20_000 }), fc.integer({ min: 55_000, max: 65_000 })),
});
const otherSteps = fc.oneof(
  fc.record({ kind: fc.constant('extend' as const), call, bound: fc.nat(40) }),
  fc.record({ kind: fc.constantFrom('void' as const, 'renew' as const, 'again' as const), call }),
  fc.record({ kind: fc.constant('reap' as const) }),
);
const jumpStep = fc.record({
  kind: fc.constant('jump' as const),
  ms: fc.oneof(fc.integer({ min: -4000, max: 0 }), fc.integer({ min: -4_000_000, max: 200_000 })),
});

/** Histories of a clock that only runs on. */
export const steadyHistory = fc.array(
  fc.oneof(
    { arbitrary: admitStep, weight: 10 },
    { arbitrary: settleStep, weight: 4 },
    { arbitrary: waitStep, weight: 4 },
    { arbitrary: otherSteps, weight: 3 },
  ),
  { minLength: 20, maxLength: 120 },
);

/** Histories in which the clock jumps to and fro as well. */
export const jumpyHistory = fc.array(
  fc.oneof(
    { arbitrary: admitStep, weight: 10 },
    { arbitrary: settleStep, weight: 4 },
    { arbitrary: waitStep, weight: 4 },
    { arbitrary: otherSteps, weight: 2 },
    { arbitrary: jumpStep, weight: 1 },
  ),
  { minLength: 20, maxLength: 120 },
);

export interface Happened {
  readonly step: Step;
  readonly nowMs: number;
  /** The request of an `admit`, or the reservation that the step was about. */
  readonly request: AdmitRequest | undefined;
  readonly reservation: Reservation | undefined;
  readonly result: unknown;
}

export interface Plot {
  readonly caller: Caller;
  readonly key: ScopeRules;
  readonly tenant: ScopeRules;
  readonly startMs: number;
  /** Makes ids that no other run has. */
  readonly run: string;
}

/** Plays a history and tells what came of each step. */
export async function play(bench: Bench, steps: readonly Step[], plot: Plot): Promise<readonly Happened[]> {
  const player = new Player(bench, plot);
  const happened: Happened[] = [];
  await bench.setNow(plot.startMs);
  for (const step of steps) happened.push(await player.perform(step));
  return happened;
}

interface OpenCall {
  readonly request: AdmitRequest;
  reservation: Reservation;
}

class Player {
  readonly #bench: Bench;
  readonly #plot: Plot;
  readonly #open: OpenCall[] = [];
  #nowMs: number;
  #admissions = 0;
  #settlements = 0;

  constructor(bench: Bench, plot: Plot) {
    this.#bench = bench;
    this.#plot = plot;
    this.#nowMs = plot.startMs;
  }

  async perform(step: Step): Promise<Happened> {
    switch (step.kind) {
      case 'wait':
      case 'jump':
        this.#nowMs += step.ms;
        await this.#bench.setNow(this.#nowMs);
        return this.#came(step, undefined);
      case 'reap':
        return this.#came(step, await this.#admission.reap(this.#plot.caller.tenant.shard, 100));
      case 'admit':
        return this.#admit(step);
      default:
        return this.#concern(step);
    }
  }

  get #admission(): AdmissionStore {
    return this.#bench.store.admission;
  }

  async #admit(step: Extract<Step, { kind: 'admit' }>): Promise<Happened> {
    const { caller, key, tenant, run } = this.#plot;
    this.#admissions += 1;
    const request = requestOf(caller, {
      key,
      tenant,
      reservationId: `${run}-${this.#admissions}`,
      estimatedTokens: step.tokens,
      expectedNanoUsd: BigInt(step.bound >> 1),
      ...boundOf(step),
    });
    const decision = await this.#admission.admit(request);
    if (decision.kind === 'admitted') this.#open.push({ request, reservation: decision.reservation });
    return { ...this.#came(step, withoutTerms(decision)), request };
  }

  async #concern(step: Extract<Step, { call: number }>): Promise<Happened> {
    const index = step.call % Math.max(1, this.#open.length);
    const chosen = this.#open[index];
    if (chosen === undefined) return this.#came(step, undefined);
    if (step.kind === 'settle' || step.kind === 'void') this.#open.splice(index, 1);
    return { ...this.#came(step, await this.#ask(step, chosen)), ...chosen };
  }

  async #ask(step: Extract<Step, { call: number }>, open: OpenCall): Promise<unknown> {
    const { request, reservation } = open;
    switch (step.kind) {
      case 'extend': {
        const further = { boundNanoUsd: BigInt(step.bound), expectedNanoUsd: BigInt(step.bound >> 1) };
        const extended = await this.#admission.extend(reservation, further);
        open.reservation = extended ?? reservation;
        return extended && { ...extended, terms: '', escapedTerms: undefined };
      }
      case 'void':
        return this.#admission.void(reservation);
      case 'renew':
        return this.#admission.renew([{ reservation, tokens: 7, nanoUsd: 3n }], 30_000);
      case 'again':
        return withoutTerms(await this.#admission.admit(request));
      case 'settle': {
        this.#settlements += 1;
        const producer = { producer: this.#plot.run, sequence: this.#settlements };
        const truth = { tokens: step.tokens, nanoUsd: BigInt(step.cost), ...producer };
        return this.#admission.settle(settlementOf(reservation, truth));
      }
    }
  }

  #came(step: Step, result: unknown): Happened {
    return { step, nowMs: this.#nowMs, request: undefined, reservation: undefined, result };
  }
}

/** With a price of a token the bound goes by a cap that may be lowered, to four tokens at the least. */
function boundOf({ bound, pico }: Extract<Step, { kind: 'admit' }>): Pick<AdmitRequest, 'boundNanoUsd' | 'outputCost'> {
  if (pico === undefined) return { boundNanoUsd: BigInt(bound) };
  const cost = { inputNanoUsd: BigInt(bound), picoUsdPerToken: BigInt(pico), capTokens: 40, leastTokens: 4 };
  return { boundNanoUsd: boundAt(cost, cost.capTokens), outputCost: cost };
}

/** Both stores word the terms for themselves. */
function withoutTerms(decision: AdmitDecision): unknown {
  return decision.kind === 'admitted'
    ? { ...decision, reservation: { ...decision.reservation, terms: '', escapedTerms: undefined } }
    : decision;
}
