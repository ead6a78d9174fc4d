import { totalTokens, type Clock, type NanoUsd, type Target, type UsageEvent } from '@tollgate/core';
import { chargeAttempts, type Charge, type ChargeRules } from '../admission/charge-attempts.ts';
import type { LeaseKeeper } from '../admission/lease-keeper.ts';
import { boundInForce, type MoneyRules } from '../admission/plan-money.ts';
import type { Settler } from '../admission/settler.ts';
import type { Ending } from './ending.ts';
import type { Reserved } from './stages.ts';

export interface SettlingParts {
  readonly settler: Settler;
  readonly leases: LeaseKeeper;
  readonly money: MoneyRules;
  readonly clock: Clock;
  readonly charges: ChargeRules;
  readonly onOverrun: (overrun: Overrun) => void;
}

/** An attempt that cost more than it can by its provider's published prices. */
export interface Overrun {
  readonly target: Target;
  /** The route's label. */
  readonly model: string;
  readonly boundNanoUsd: NanoUsd;
  readonly costNanoUsd: NanoUsd;
}

/** Step 7: the reservation replaced by the truth. Runs once for every admitted call, off the caller's path. */
export function settle(stage: Reserved, ending: Ending, parts: SettlingParts): Charge {
  const reservation = parts.leases.current(stage.reservation);
  parts.leases.release(reservation.reservationId);
  const charge = ending.charge ?? chargeAttempts(stage.call, ending.attempts, parts.charges);
  parts.settler.settle({
    reservation,
    actualTokens: totalTokens(charge.usage),
    actualNanoUsd: charge.costNanoUsd,
    event: usageEvent(stage, { ending, charge, endedMs: parts.clock.monotonicMs() }),
  });
  if (ending.outcome === 'completed' && !charge.estimated) {
    parts.money.estimator.learn(stage.route.label, stage.call, charge.usage);
  }
  reportOverruns(stage, charge, parts);
  return charge;
}

/** An attempt that cost more than its bound is booked as it is, and no hard budget is spent at its target again. */
function reportOverruns(stage: Reserved, { attempts }: Charge, { money, onOverrun }: SettlingParts): void {
  for (const { target, costNanoUsd, line } of attempts) {
    const bound = boundInForce(stage, target, money);
    if (bound === undefined || costNanoUsd <= bound || line.cost_source === 'estimated') continue;
    money.overruns.close(target, money.bounds.prices);
    onOverrun({ target, model: stage.route.label, boundNanoUsd: bound, costNanoUsd });
  }
}

const usageEvent = (
  stage: Reserved,
  { ending, charge, endedMs }: { ending: Ending; charge: Charge; endedMs: number },
): UsageEvent => ({
  schema: 1,
  type: 'call',
  id: stage.reservation.reservationId,
  tenant: stage.caller.tenant.name,
  key_id: stage.caller.key.keyId,
  scope_id: stage.caller.key.scopeId,
  tier: stage.caller.key.tier,
  endpoint: stage.endpoint,
  model: stage.call.model,
  stream: stage.call.stream,
  outcome: ending.outcome ?? 'failed',
  error_code: ending.error?.code ?? null,
  attempts: charge.attempts.map(({ line }) => line),
  usage: charge.quantities,
  cost_nano_usd: String(charge.costNanoUsd),
  estimated: charge.estimated,
  tags: stage.tags,
  started_at_ms: Math.round(stage.arrivedAtMs),
  duration_ms: Math.max(0, Math.round(endedMs - stage.startedMs)),
});
