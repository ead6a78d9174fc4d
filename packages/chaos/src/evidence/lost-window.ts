import type { CallRecord } from '../load/make-call.ts';
import type { ReservationState } from '../redis/ledger-state.ts';
import type { FailOver } from '../redis/redis-pair.ts';
import type { Evidence } from './evidence.ts';

/** What the old primary had reserved and the promoted replica had not. */
export const lostReservations = ({ before, after }: FailOver): ReadonlyMap<string, ReservationState> =>
  new Map([...before.reservations].filter(([id]) => !after.reservations.has(id)));

/** What the promoted replica has reserved though it was over on the old primary. */
export const revivedReservations = ({ before, after }: FailOver): ReadonlyMap<string, ReservationState> =>
  new Map([...after.reservations].filter(([id]) => !before.reservations.has(id)));

/** A call whose node was killed before it could have settled it. */
export const diedWithItsNode = ({ life, isAnswered, endedMs }: CallRecord): boolean =>
  life.endedMs !== undefined && life.endedMs <= endedMs + (isAnswered ? afterAnswerMs : afterLeavingMs);

/** A node that is killed so shortly after an answer's last byte may not have come to write it down. */
export const afterAnswerMs = 5_000;
/** For so long an answer can be read on, or tried for, when its caller has left. */
const afterLeavingMs = 65_000;

/** Whether nobody was left to say how the call ended: its node is dead, and a fail-over lost its reservation. */
export function lostWithItsNode(call: CallRecord | undefined, failOvers: readonly FailOver[]): boolean {
  if (call === undefined || !diedWithItsNode(call)) return false;
  return failOvers.some((failOver) =>
    [...lostReservations(failOver).values()].some(({ terms }) => terms.call === call.plan.tag),
  );
}

/** Nano-USD of hard budgets by scope: what lost reservations held whose node was killed, so that nobody holds it again. */
export function lostByDeath(failOver: FailOver, { calls }: Pick<Evidence, 'calls'>): ReadonlyMap<string, bigint> {
  const died = new Set(calls.filter(diedWithItsNode).map(({ plan }) => plan.tag));
  const lost = new Map<string, bigint>();
  for (const { terms } of lostReservations(failOver).values()) {
    if (!died.has(terms.call)) continue;
    for (const { name, budgets } of terms.scopes) {
      for (const { isHard, holdNanoUsd } of budgets) {
        if (isHard) lost.set(name, (lost.get(name) ?? 0n) + holdNanoUsd);
      }
    }
  }
  return lost;
}
