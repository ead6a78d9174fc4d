import { differencesOfHeld, differencesOfLeases } from '../evidence/watch-ledger.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { lostByDeath } from '../evidence/lost-window.ts';
import { checkOf, sumOf, type Check, type Examine } from './check.ts';

/** I2, I3, I5: what is held, and that caps are kept. */
export const reservationChecks: Examine = (evidence) => [
  allIsAtRest(evidence),
  heldIsItsReservations(evidence),
  capsAreKept(evidence),
  hardBudgetsWaitForRecovery(evidence),
  leasesAreReservations(evidence),
];

function allIsAtRest({ moving }: Evidence): Check {
  return checkOf(
    {
      name: 'I2 nothing stays reserved',
      claim: 'Once nobody calls, leases run out, journals empty, aggregators catch up and nothing is held any more.',
    },
    {},
    moving,
  );
}

function heldIsItsReservations({ watch, ledger }: Evidence): Check {
  return checkOf(
    {
      name: 'I2 held is its reservations',
      claim: 'At every look, what budgets hold was the sum over the reservations in flight, and never below 0.',
    },
    { looks: watch.looks },
    [...watch.heldDiffers, ...differencesOfHeld(ledger)],
  );
}

function leasesAreReservations({ watch, ledger }: Evidence): Check {
  return checkOf(
    {
      name: 'I5 slots are reservations',
      claim: 'At every look, a slot was held by whoever had a live reservation, and by nobody else.',
    },
    { looks: watch.looks },
    [...watch.leasesDiffer, ...differencesOfLeases(ledger)],
  );
}

/** After a fail-over a cap may be exceeded by what calls of killed nodes held there that the replica never saw. */
function capsAreKept(evidence: Evidence): Check {
  const { watch, failOvers, cast } = evidence;
  const lostBefore = (scope: string, atMs: number): bigint =>
    sumOf(
      failOvers
        .filter((failOver) => failOver.atMs <= atMs)
        .map((failOver) => lostByDeath(failOver, evidence).get(scope) ?? 0n),
    );
  const findings = watch.excesses
    .filter(({ scope, atMs, overNanoUsd }) => overNanoUsd > lostBefore(scope, atMs))
    .map(({ scope, atMs, overNanoUsd }) => `${scope} was ${overNanoUsd} nano-USD over its cap at ${atMs}`);
  const caps = cast.scopes.filter(({ capNanoUsd }) => capNanoUsd !== undefined);
  const fullest = caps.map(({ scope }) => `${(watch.fullest.get(scope) ?? 0) / 10} %`);
  return checkOf(
    {
      name: 'I3 hard budgets are kept',
      claim:
        'At every look, spent and held money together were within the cap; after a fail-over, but for what calls of killed nodes held that was lost.',
    },
    { caps: caps.length, fullest: fullest.join(', '), excesses: watch.excesses.length, ...lostFigures(evidence) },
    findings,
  );
}

const lostFigures = (evidence: Evidence): Check['figures'] =>
  Object.fromEntries(
    evidence.failOvers.map((failOver, index) => [
      `fail-over ${index + 1}: lost holds of killed nodes, nano-USD`,
      String(sumOf(lostByDeath(failOver, evidence).values())),
    ]),
  );

const leaseMs = 35_000;
/** Whatever hard budgets admit in the time of a lease after a run change could be what somebody else still holds. */
function hardBudgetsWaitForRecovery({ runChanges, journals, ledger }: Evidence): Check {
  const admitted = [
    ...journals.settlements.map(({ reservationId, terms }) => ({ id: reservationId, terms })),
    ...[...ledger.reservations].map(([id, { terms }]) => ({ id, terms })),
  ].filter(({ terms }) => terms.scopes.some(({ budgets }) => budgets.some(({ isHard }) => isHard)));
  const findings = runChanges.flatMap(({ atMs, kind }) =>
    admitted
      .filter(({ terms }) => terms.admittedMs >= atMs && terms.admittedMs < atMs + leaseMs)
      .map(({ id, terms }) => `${id} was admitted ${terms.admittedMs - atMs} ms after a ${kind} of Redis`),
  );
  return checkOf(
    {
      name: 'I3 hard budgets wait for recovery',
      claim: 'For a lease after a restart or fail-over of Redis, no call with a hard budget was admitted.',
    },
    { run_changes: runChanges.length, hard_calls: admitted.length },
    findings,
  );
}
