import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../evidence/evidence.ts';
import type { StreamedEvent } from '../evidence/read-events.ts';
import { castEvents, checkOf, groupBy, sumOf, type Check, type Examine } from './check.ts';

/** I6: every settlement was applied once, and says what its attempts say. */
export const settlementChecks: Examine = (evidence) => [
  journalledIsApplied(evidence),
  numbersAreWhole(evidence),
  reservationsEndOnce(evidence),
  eventsAreTheirAttempts(evidence),
];

function journalledIsApplied({ journals, events }: Evidence): Check {
  const byId = groupBy(events.filter(isSettled), ({ event }) => event.id);
  const findings = journals.settlements.flatMap(({ reservationId, event }) => {
    const [applied, ...others] = byId.get(reservationId) ?? [];
    if (applied === undefined) return [`${reservationId} is in a journal and has no event`];
    if (others.length > 0) return [`${reservationId} was applied ${others.length + 1} times`];
    return isDeepStrictEqual(applied.event, event) ? [] : [`${reservationId} was applied otherwise than journalled`];
  });
  if (journals.quarantined > 0) findings.push(`${journals.quarantined} settlements were set aside as poison`);
  return checkOf(
    {
      name: 'I6 journalled is applied, once',
      claim: 'Each settlement that a node wrote down has one event, as it was written.',
    },
    { settlements: journals.settlements.length },
    findings,
  );
}

function numbersAreWhole({ journals, producers }: Evidence): Check {
  const byProducer = groupBy(journals.settlements, ({ shard, producer }) => `${shard} ${producer}`);
  const findings = [...byProducer].flatMap(([name, settlements]) => {
    const last = Math.max(...settlements.map(({ number }) => number));
    const found = producers.get(name);
    const isWhole = found?.mark === last && found.ahead === 0 && settlements.length === last;
    return isWhole
      ? []
      : [
          `${name}: ${settlements.length} settlements up to ${last}, applied up to ${found?.mark}, ${found?.ahead} ahead`,
        ];
  });
  return checkOf(
    { name: 'I6 numbers are whole', claim: 'Of every boot of a node, its settlements 1, 2, 3 … are all applied.' },
    { producers: byProducer.size },
    findings,
  );
}

/** A call whose node was lost may have an estimate, and then what takes its place; nothing else comes twice. */
function reservationsEndOnce(evidence: Evidence): Check {
  const byId = groupBy(castEvents(evidence), ({ event }) => event.id);
  const findings = [...byId].flatMap(([id, events]) => {
    const live = liveEvents(events);
    return live.length === 1 ? [] : [`${id} has ${events.length} events, of which ${live.length} stand`];
  });
  const corrections = castEvents(evidence).filter(({ correctsNanoUsd }) => correctsNanoUsd !== undefined).length;
  return checkOf(
    {
      name: 'I6 a call ends once',
      claim: 'Each reservation has one event that stands: an estimate that was corrected does not.',
    },
    { reservations: byId.size, corrections },
    findings,
  );
}

function eventsAreTheirAttempts(evidence: Evidence): Check {
  const findings = castEvents(evidence)
    .filter(
      ({ event }) =>
        sumOf(event.attempts.map((attempt) => BigInt(attempt.cost_nano_usd))) !== BigInt(event.cost_nano_usd),
    )
    .map(({ event }) => `${event.id} costs ${event.cost_nano_usd}, its attempts something else`);
  return checkOf(
    { name: 'I6 an event is its attempts', claim: 'The attempts of each event add up to what it cost.' },
    { events: castEvents(evidence).length },
    findings,
  );
}

/** Written by a node, and not by the store in its place. */
const isSettled = ({ event }: StreamedEvent): boolean =>
  event.error_code !== 'node_lost' && event.error_code !== 'never_sent';

/** Those that stand: of each that corrects, the estimate of that amount falls. */
export function liveEvents(events: readonly StreamedEvent[]): readonly StreamedEvent[] {
  const live = [...events];
  for (const { correctsNanoUsd } of events) {
    if (correctsNanoUsd === undefined) continue;
    const at = live.findIndex(
      ({ event }) => event.error_code === 'node_lost' && BigInt(event.cost_nano_usd) === correctsNanoUsd,
    );
    if (at !== -1) live.splice(at, 1);
  }
  return live;
}
