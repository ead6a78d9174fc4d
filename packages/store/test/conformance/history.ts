import fc from 'fast-check';
import type { AdmitDecision, AdmitRequest, Caller, Reservation } from '@tollgate/core';
import type { Bench } from './bench.ts';
import { requestOf, settlementOf, type ScopeRules } from './fixtures.ts';

/** One thing that may happen. `call` picks among the reservations that are neither settled nor voided. */
export type Step =
  | { readonly kind: 'admit'; readonly tokens: number; readonly bound: number }
  | { readonly kind: 'settle'; readonly call: number; readonly tokens: number; readonly cost: number }
  | { readonly kind: 'void' | 'renew' | 'again'; readonly call: number }
  | { readonly kind: 'reap' }
  | { readonly kind: 'wait' | 'jump'; readonly ms: number };

const call = fc.nat(1000);
const admitStep = fc.record({ kind: fc.constant('admit' as const), tokens: fc.nat(60), bound: fc.nat(40) });
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
  const { caller, key, tenant, run } = plot;
  const open: { readonly request: AdmitRequest; readonly reservation: Reservation }[] = [];
  const happened: Happened[] = [];
  let nowMs = plot.startMs;
  let settlements = 0;
  await bench.setNow(nowMs);
  const perform = async (step: Step): Promise<Omit<Happened, 'step' | 'nowMs'>> => {
    const index = 'call' in step ? step.call % Math.max(1, open.length) : 0;
    const chosen = 'call' in step ? open[index] : undefined;
    const about = { request: chosen?.request, reservation: chosen?.reservation };
    switch (step.kind) {
      case 'wait':
      case 'jump':
        nowMs += step.ms;
        await bench.setNow(nowMs);
        return { ...about, result: undefined };
      case 'reap':
        return { ...about, result: await bench.store.admission.reap(caller.tenant.shard, 100) };
      case 'admit': {
        const request = requestOf(caller, {
          key,
          tenant,
          reservationId: `${run}-${happened.length}`,
          estimatedTokens: step.tokens,
          boundNanoUsd: BigInt(step.bound),
          expectedNanoUsd: BigInt(step.bound >> 1),
        });
        const decision = await bench.store.admission.admit(request);
        if (decision.kind === 'admitted') open.push({ request, reservation: decision.reservation });
        return { request, reservation: undefined, result: withoutTerms(decision) };
      }
    }
    if (chosen === undefined) return { ...about, result: undefined };
    switch (step.kind) {
      case 'void':
        open.splice(index, 1);
        return { ...about, result: await bench.store.admission.void(chosen.reservation) };
      case 'renew': {
        const lease = { reservation: chosen.reservation, tokens: 7, nanoUsd: 3n };
        return { ...about, result: await bench.store.admission.renew([lease], 30_000) };
      }
      case 'again':
        return { ...about, result: withoutTerms(await bench.store.admission.admit(chosen.request)) };
      case 'settle': {
        open.splice(index, 1);
        settlements += 1;
        const truth = { tokens: step.tokens, nanoUsd: BigInt(step.cost), producer: run, sequence: settlements };
        return { ...about, result: await bench.store.admission.settle(settlementOf(chosen.reservation, truth)) };
      }
    }
  };
  for (const step of steps) {
    const came = await perform(step);
    happened.push({ step, nowMs, ...came });
  }
  return happened;
}

/** Both stores word the terms for themselves. */
function withoutTerms(decision: AdmitDecision): unknown {
  return decision.kind === 'admitted' ? { ...decision, reservation: { ...decision.reservation, terms: '' } } : decision;
}
