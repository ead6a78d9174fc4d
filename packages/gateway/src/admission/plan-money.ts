import type { AdmitRequest, AdmitScope, Call, NanoUsd, Route, Target } from '@tollgate/core';
import { attemptBound, costBound, type BoundRules, type UnboundedCost } from './cost-bound.ts';
import type { InputExtent } from './input-bound.ts';
import { likelyCost } from './likely-cost.ts';
import type { Overruns } from './overruns.ts';
import type { TokenEstimator } from './token-estimator.ts';

export interface MoneyRules {
  readonly bounds: BoundRules;
  readonly overruns: Overruns;
  readonly estimator: TokenEstimator;
}

/** The money that a call asks for. */
export interface MoneyPlan extends Pick<AdmitRequest, 'boundNanoUsd' | 'outputCost' | 'expectedNanoUsd'> {
  /** Those that the call may go to. */
  readonly targets: readonly Target[];
  /** Of a call whose cost is bounded. */
  readonly extent: InputExtent | undefined;
  /** Why there is no bound where a hard budget wants one. */
  readonly unbounded: UnboundedCost | undefined;
}

/** A bound is looked for only where a hard budget applies: other calls need none, and no output cap for its sake. */
export function planMoney(
  { call, route, scopes }: { readonly call: Call; readonly route: Route; readonly scopes: readonly AdmitScope[] },
  rules: MoneyRules,
): MoneyPlan {
  const plan = {
    targets: route.targets,
    boundNanoUsd: undefined,
    unbounded: undefined,
    extent: undefined,
    expectedNanoUsd: likelyNanoUsd({ call, route, targets: route.targets }, rules),
  };
  if (!hasHardBudget(scopes)) return plan;
  const isClosed = (target: Target): boolean => rules.overruns.isClosed(target, rules.bounds.prices);
  const targets = route.targets.some(isClosed) ? route.targets.filter((target) => !isClosed(target)) : route.targets;
  if (targets.length === 0) return { ...plan, unbounded: overrun };
  const cost = costBound(call, targets, rules.bounds);
  return cost.kind === 'unbounded'
    ? { ...plan, unbounded: cost }
    : { ...plan, targets, extent: cost.extent, boundNanoUsd: cost.boundNanoUsd, outputCost: cost.outputCost };
}

const overrun: UnboundedCost = {
  kind: 'unbounded',
  because: 'its provider lately charged more than its published prices allow. Ask your operator to look into it.',
  param: 'model',
};

interface BoundedStage {
  readonly call: Call;
  readonly extent: InputExtent | undefined;
  readonly outputCapTokens: number | undefined;
}

/** What one more attempt at the target can cost, and likely will, at the output cap that is in force. */
export const planAttempt = (
  stage: BoundedStage & { readonly route: Route },
  target: Target,
  rules: MoneyRules,
): Pick<AdmitRequest, 'boundNanoUsd' | 'expectedNanoUsd'> => ({
  boundNanoUsd: boundInForce(stage, target, rules),
  expectedNanoUsd: likelyNanoUsd({ ...stage, targets: [target] }, rules),
});

/** Undefined where no hard budget applies, since then nothing was bounded. */
export const boundInForce = (
  { call, extent, outputCapTokens }: BoundedStage,
  target: Target,
  { bounds }: Pick<MoneyRules, 'bounds'>,
): NanoUsd | undefined =>
  extent !== undefined && outputCapTokens !== undefined
    ? attemptBound(call, { target, extent, capTokens: outputCapTokens, rules: bounds })
    : undefined;

export const hasHardBudget = (scopes: readonly AdmitScope[]): boolean =>
  scopes.some(({ budgets }) => budgets.some(({ hard }) => hard));

const likelyNanoUsd = (
  { call, route, targets }: { readonly call: Call; readonly route: Route; readonly targets: readonly Target[] },
  { bounds, estimator }: MoneyRules,
): NanoUsd => likelyCost(call, { tokens: estimator.likely(route.label, call), targets, prices: bounds.prices });
