import type { NanoUsd } from '@tollgate/core';
import type { PeriodMoney, ScopeState } from './scope-state.ts';
import type { TermsHold, TermsScope } from './terms.ts';

/** A period that ended is kept as long as a correction may still come: 30 days, and some. */
const periodKeptMs = 40 * 86_400_000;

const isOver = (endsAtMs: number | undefined, nowMs: number): boolean =>
  endsAtMs !== undefined && nowMs > endsAtMs + periodKeptMs;

function period(
  state: ScopeState,
  { periodId, endsAtMs }: { periodId: string; endsAtMs?: number | undefined },
  nowMs: number,
): PeriodMoney {
  const known = state.periods.get(periodId);
  if (known !== undefined) return known;
  for (const [id, old] of state.periods) if (isOver(old.endsAtMs, nowMs)) state.periods.delete(id);
  const opened: PeriodMoney = { spent: 0n, held: 0n, likely: 0n, endsAtMs };
  state.periods.set(periodId, opened);
  return opened;
}

/** What the hold of a budget counts as. */
const heldAs = ({ cap }: TermsHold): 'held' | 'likely' => (cap === undefined ? 'likely' : 'held');

export function holdMoney(state: ScopeState, { holds }: TermsScope, nowMs: number): void {
  for (const hold of holds) period(state, hold, nowMs)[heldAs(hold)] += hold.amount;
}

export function releaseMoney(state: ScopeState, { holds }: TermsScope): void {
  for (const hold of holds) {
    const money = state.periods.get(hold.periodId);
    if (money !== undefined) money[heldAs(hold)] -= hold.amount;
  }
}

/** A hard and a soft budget may count the same period, which then is one. */
export const distinctPeriods = ({ holds }: TermsScope): readonly TermsHold[] =>
  holds.filter((hold, index) => holds.findIndex(({ periodId }) => periodId === hold.periodId) === index);

/** Books an amount, which may be negative, to the scope and to the periods that its call was admitted in. */
export function bookMoney(
  state: ScopeState,
  scope: TermsScope,
  { nanoUsd, nowMs }: { readonly nanoUsd: NanoUsd; readonly nowMs: number },
): void {
  state.spent += nanoUsd;
  for (const hold of distinctPeriods(scope)) {
    if (!isOver(hold.endsAtMs, nowMs)) period(state, hold, nowMs).spent += nanoUsd;
  }
}

/** Books a change of an amount that was booked before; returns the periods that still take something in. */
export function bookAgain(
  state: ScopeState,
  periodIds: readonly string[],
  { nanoUsd, nowMs }: { readonly nanoUsd: NanoUsd; readonly nowMs: number },
): readonly string[] {
  state.spent += nanoUsd;
  return periodIds.filter((id) => {
    const money = state.periods.get(id);
    if (money === undefined || isOver(money.endsAtMs, nowMs)) return false;
    money.spent += nanoUsd;
    return true;
  });
}

/** Takes back what is charged or held: `estimate` is what a reaped call was charged. */
export function release(
  state: ScopeState,
  scope: TermsScope,
  { estimate, nowMs }: { readonly estimate: NanoUsd | undefined; readonly nowMs: number },
): void {
  if (estimate === undefined) releaseMoney(state, scope);
  else bookMoney(state, scope, { nanoUsd: -estimate, nowMs });
}

/** What a scope has spent, by the fields that Redis has for it. */
export const moneyFields = ({ spent, periods }: ScopeState): ReadonlyMap<string, string> =>
  new Map([
    ['spent', String(spent)],
    ...[...periods].flatMap(([id, money]): [string, string][] => [
      [`spent|${id}`, String(money.spent)],
      [`ends|${id}`, money.endsAtMs === undefined ? '' : String(money.endsAtMs)],
    ]),
  ]);
