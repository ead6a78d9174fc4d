import type { LedgerEntry } from '@tollgate/provider-simulator';
import type { Evidence } from '../evidence/evidence.ts';
import { lostReservations, lostWithItsNode } from '../evidence/lost-window.ts';
import type { StreamedEvent } from '../evidence/read-events.ts';
import type { CallRecord } from '../load/make-call.ts';
import { attemptsAtMost, dearestNanoUsd } from '../processes/product-config.ts';
import { castEvents, checkOf, groupBy, sumOf, type Check, type Examine } from './check.ts';
import { liveEvents } from './settlement-checks.ts';

/** One call of the cast: what its caller saw, what the provider charged, and the events that stand. */
export interface ComparedCall {
  readonly tag: string;
  readonly call: CallRecord | undefined;
  readonly provider: readonly LedgerEntry[];
  readonly events: readonly StreamedEvent[];
}

/** I9: the provider's ledger, attempt by attempt. */
export const providerChecks: Examine = (evidence) => {
  const calls = compareCalls(evidence);
  return [
    nothingIsLost(calls, evidence),
    nothingIsChargedTwice(calls),
    truthIsTheProviders(calls),
    estimatesAreBounded(calls),
  ];
};

export function compareCalls(evidence: Evidence): readonly ComparedCall[] {
  const byTag = groupBy(
    evidence.provider,
    ({ requestBody = '' }) => /call (c[\d-]+) of the chaos/.exec(requestBody)?.[1] ?? '',
  );
  const records = new Map(evidence.calls.map((call) => [call.plan.tag, call]));
  const eventsByTag = groupBy(castEvents(evidence), ({ event }) => event.tags['call'] ?? '');
  const tags = new Set([...byTag.keys(), ...records.keys(), ...eventsByTag.keys()]);
  tags.delete('');
  return [...tags].map((tag) => ({
    tag,
    call: records.get(tag),
    provider: (byTag.get(tag) ?? []).toSorted((a, b) => a.sequence - b.sequence),
    events: [...groupBy(eventsByTag.get(tag) ?? [], ({ event }) => event.id).values()]
      .flatMap(liveEvents)
      .filter(({ event }) => event.error_code !== 'never_sent'),
  }));
}

/** What its caller saw, for who looks into it. */
export function describeCall(call: CallRecord | undefined): string {
  if (call === undefined) return 'no caller';
  const { plan, life, startedMs, endedMs, status, code, isAnswered } = call;
  const answer = isAnswered ? 'answered' : `${status ?? 'no status'} ${code ?? 'broken off'}`;
  const death =
    life.endedMs === undefined ? 'lives' : `killed ${life.crash?.name ?? 'from outside'} at ${life.endedMs}`;
  return `${plan.key.name} at ${life.place} (life ${life.number}, ${death}), ${startedMs} to ${endedMs}: ${answer}`;
}

const costOf = (event: StreamedEvent['event']): bigint => BigInt(event.cost_nano_usd);
const chargedBy = (entries: readonly LedgerEntry[]): bigint => sumOf(entries.map(({ costNanoUsd }) => costNanoUsd));

/** But for calls that died with their node and whose reservation a fail-over lost in the same moment. */
function nothingIsLost(calls: readonly ComparedCall[], { failOvers }: Evidence): Check {
  const lostTags = new Set(
    failOvers.flatMap((failOver) => [...lostReservations(failOver).values()].map(({ terms }) => terms.call)),
  );
  const missing = calls.filter(({ provider, events }) => chargedBy(provider) > 0n && events.length === 0);
  const allowed = missing.filter(({ call }) => lostWithItsNode(call, failOvers));
  const findings = missing
    .filter((one) => !allowed.includes(one))
    .map(
      ({ tag, provider, call }) => `${tag}: charged ${chargedBy(provider)} nano-USD, no event; ${describeCall(call)}`,
    );
  return checkOf(
    {
      name: 'I9 nothing is lost',
      claim:
        'Every call that the provider charged has an event; but for those whose node was killed and whose reservation a fail-over lost.',
    },
    {
      calls_at_provider: calls.filter(({ provider }) => provider.length > 0).length,
      reservations_lost_in_fail_overs: lostTags.size,
      lost_with_their_node: allowed.length,
      lost_nano_usd: String(sumOf(allowed.map(({ provider }) => chargedBy(provider)))),
    },
    findings,
  );
}

function nothingIsChargedTwice(calls: readonly ComparedCall[]): Check {
  const findings = calls
    .filter(({ events }) => events.length > 1)
    .map(
      ({ tag, events }) =>
        `${tag}: ${events.map(({ event }) => `${event.id} ${costOf(event)} ${event.error_code}`).join('; ')}`,
    );
  return checkOf(
    { name: 'I9 nothing is charged twice', claim: 'No call has two events that stand.' },
    { calls_with_an_event: calls.filter(({ events }) => events.length > 0).length },
    findings,
  );
}

/** Attempts of which all is known cost what the provider's ledger says, one by one; those that cost nothing are in neither. */
function truthIsTheProviders(calls: readonly ComparedCall[]): Check {
  let attempts = 0;
  const findings = calls.flatMap(({ tag, provider, events }) => {
    const [only] = events;
    if (only === undefined || only.event.estimated) return [];
    const charged = provider.filter(({ costNanoUsd }) => costNanoUsd > 0n).map(describeEntry);
    const booked = only.event.attempts.filter(({ cost_nano_usd: cost }) => cost !== '0').map(describeAttempt);
    attempts += booked.length;
    return charged.join() === booked.join()
      ? []
      : [`${tag}: the provider charged [${charged.join('; ')}], booked is [${booked.join('; ')}]`];
  });
  return checkOf(
    {
      name: 'I9 truth is the provider’s',
      claim: 'What is not marked as an estimate is what the provider charged, attempt by attempt.',
    },
    { attempts },
    findings,
  );
}

const describeEntry = ({ provider, costNanoUsd }: LedgerEntry): string => `${provider} ${costNanoUsd}`;
const describeAttempt = (attempt: { provider: string; cost_nano_usd: string }): string =>
  `${attempt.provider} ${attempt.cost_nano_usd}`;

function estimatesAreBounded(calls: readonly ComparedCall[]): Check {
  const estimated = calls.flatMap((one) =>
    one.events.filter(({ event }) => event.estimated).map(({ event }) => ({ ...one, event })),
  );
  const findings = estimated.flatMap(({ tag, call, event }) => {
    if (call === undefined) return [`${tag}: an estimate of a call that nobody made`];
    const attempts = Math.max(1, event.attempts.length);
    const bound =
      dearestNanoUsd(call.plan.body, 400) * BigInt(event.error_code === 'node_lost' ? attemptsAtMost : attempts);
    return costOf(event) <= bound ? [] : [`${tag}: estimated at ${costOf(event)}, at most it could cost ${bound}`];
  });
  const lost = estimated.filter(({ event }) => event.error_code === 'node_lost');
  return checkOf(
    {
      name: 'I9 estimates are marked and bounded',
      claim: 'The rest is marked as an estimate, and is no more than the call could cost.',
    },
    {
      estimates: estimated.length,
      of_lost_nodes: lost.length,
      of_those_never_seen_by_the_provider: lost.filter(({ provider }) => provider.length === 0).length,
      estimated_nano_usd: String(sumOf(estimated.map(({ event }) => costOf(event)))),
      charged_by_the_provider_nano_usd: String(sumOf(estimated.map(({ provider }) => chargedBy(provider)))),
    },
    findings,
  );
}
