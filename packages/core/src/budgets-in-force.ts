import type { AdmitBudget } from './admission.ts';
import { periodAfter, periodAt } from './budget-period.ts';
import type { Budget, Tier } from './limits.ts';

/** The budgets of a key or tenant: its own, where it has any, else those of its tier. */
export const budgetsInForce = (
  own: readonly Budget[],
  tier: Pick<Tier, 'budgets'>,
  { timeZone, nowMs }: { readonly timeZone: string; readonly nowMs: number },
): readonly AdmitBudget[] =>
  (own.length > 0 ? own : tier.budgets).map(({ capNanoUsd, hard, per }) => {
    const current = periodAt(nowMs, per, timeZone);
    return { capNanoUsd, hard, current, next: periodAfter(current, per, timeZone) };
  });
