import type { Evidence } from '../evidence/evidence.ts';
import { afterAnswerMs, diedWithItsNode, lostWithItsNode, revivedReservations } from '../evidence/lost-window.ts';
import { aggregatorCrashPoints, nodeCrashPoints } from '../faults/crash-points.ts';
import type { Life } from '../processes/fleet.ts';
import { checkOf, groupBy, type Check, type Examine } from './check.ts';
import { compareCalls, describeCall } from './provider-checks.ts';

/** What killed nodes leave behind, and whether all that was to be tried was tried. */
export const deathChecks: Examine = (evidence) => [
  answeredIsTruth(evidence),
  lostCallsHaveADeath(evidence),
  everyPointWasReached(evidence),
];

/** Whole answers are charged by the truth: the journal has it before Redis, and whoever follows sends it. */
function answeredIsTruth(evidence: Evidence): Check {
  const calls = compareCalls(evidence).flatMap(({ tag, call, events }) =>
    call?.isAnswered === true ? [{ tag, call, event: events[0]?.event }] : [],
  );
  const journalled = new Set(
    evidence.nodeLives.flatMap(({ crash }) => (isAfterJournal(crash?.name) ? (crash?.ids ?? []) : [])),
  );
  const lost = calls.filter(({ event }) => event?.error_code === 'node_lost');
  const findings = calls.flatMap(({ tag, call, event }) => {
    if (event === undefined && lostWithItsNode(call, evidence.failOvers)) return [];
    if (event === undefined) return [`${tag} was answered and has no event: ${describeCall(call)}`];
    if (event.error_code !== 'node_lost') return [];
    if (journalled.has(event.id)) return [`${tag} was journalled when its node was killed, and is an estimate`];
    const gapMs = (call.life.endedMs ?? Number.POSITIVE_INFINITY) - call.endedMs;
    return Math.abs(gapMs) <= afterAnswerMs ? [] : [`${tag} was answered and is an estimate: ${describeCall(call)}`];
  });
  return checkOf(
    {
      name: 'I9 answered is charged by the truth',
      claim:
        'A call that was answered whole is no lost call; but for those whose node was killed between the last byte and the journal, which have no event where a fail-over lost their reservation too.',
    },
    { answered: calls.length, killed_between_last_byte_and_journal: lost.length },
    findings,
  );
}

const isAfterJournal = (point: string | undefined): boolean =>
  point === 'after journal, before send' || point === 'after send, before confirm';

/** The reaper ends what a dead node left, and nothing else. */
function lostCallsHaveADeath(evidence: Evidence): Check {
  const revived = new Set(
    evidence.failOvers.flatMap((failOver) =>
      [...revivedReservations(failOver).values()].map(({ terms }) => terms.call),
    ),
  );
  const lost = compareCalls(evidence).filter(({ events }) =>
    events.some(({ event }) => event.error_code === 'node_lost'),
  );
  const findings = lost
    .filter(({ tag, call }) => call !== undefined && !diedWithItsNode(call) && !revived.has(tag))
    .map(({ tag, call }) => `${tag} counts as lost, though its node lived: ${describeCall(call)}`);
  return checkOf(
    { name: 'I9 lost calls have a death', claim: 'Only calls whose node was killed are ended by the reaper.' },
    { lost: lost.length, taken_back_and_revived_by_a_fail_over: revived.size },
    findings,
  );
}

function everyPointWasReached({ nodeLives, aggregatorLives }: Evidence): Check {
  const deaths = groupBy(
    [...nodeLives, ...aggregatorLives].filter(({ crash }) => crash !== undefined),
    ({ crash }) => crash?.name ?? '',
  );
  const points = [...Object.keys(nodeCrashPoints), ...Object.keys(aggregatorCrashPoints)];
  return checkOf(
    { name: 'every crash point was reached', claim: 'At each labelled point some process was killed.' },
    {
      ...Object.fromEntries(points.map((point) => [point, deaths.get(point)?.length ?? 0])),
      'nodes killed': endedOf(nodeLives),
      'aggregators killed': endedOf(aggregatorLives),
    },
    points.filter((point) => !deaths.has(point)).map((point) => `nobody was killed ${point}`),
  );
}

const endedOf = (lives: readonly Life[]): number => lives.filter(({ endedMs }) => endedMs !== undefined).length;
