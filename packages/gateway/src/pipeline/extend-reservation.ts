import { StoreError, type AdmissionStore, type Target } from '@tollgate/core';
import type { LeaseKeeper } from '../admission/lease-keeper.ts';
import { planAttempt, type MoneyRules } from '../admission/plan-money.ts';
import type { Reserved } from './stages.ts';

export interface ExtendingParts {
  readonly admission: AdmissionStore;
  readonly leases: LeaseKeeper;
  readonly money: MoneyRules;
  readonly onStoreFailure: (error: StoreError) => void;
}

/**
 * Sets money aside for an attempt after one that may be billed, besides what is held for that one. False: no
 * budget has it, or nobody can say, so the attempt must not be made.
 */
export async function extendReservation(stage: Reserved, target: Target, parts: ExtendingParts): Promise<boolean> {
  if (stage.scopes.every(({ budgets }) => budgets.length === 0)) return true;
  const current = parts.leases.current(stage.reservation);
  try {
    const extended = await parts.admission.extend(current, planAttempt(stage, target, parts.money));
    if (extended !== undefined) parts.leases.keep(extended, stage.ended);
    return extended !== undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    parts.onStoreFailure(error);
    return false;
  }
}
