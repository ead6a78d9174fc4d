import { nanoFromUsd } from '@tollgate/core';
import type { Evidence } from '../evidence/evidence.ts';
import { periodsOf } from '../redis/ledger-state.ts';
import { castEvents, checkOf, groupBy, sumOf, type Check, type Examine } from './check.ts';

/** I1, I7, I8: counters, streams and roll-ups say the same. */
export const ledgerChecks: Examine = (evidence) => [
  spentIsItsEvents(evidence),
  nothingDrifts(evidence),
  streamsHaveNoGap(evidence),
  rollUpsAreTheirEvents(evidence),
];

type Delta = { readonly field: string; readonly nanoUsd: bigint };

/** What each event adds to which counter. */
const deltasOf = ({ event, correctsNanoUsd, periods }: Evidence['events'][number]): readonly Delta[] => {
  const nanoUsd = BigInt(event.cost_nano_usd) - (correctsNanoUsd ?? 0n);
  const names = { key: `key:${event.scope_id}`, tenant: `tenant:${event.tenant}` };
  return [
    ...Object.values(names).map((name) => ({ field: `${name} spent`, nanoUsd })),
    ...periods.map((line) => {
      const at = line.indexOf(' ');
      return { field: `${line.startsWith('key ') ? names.key : names.tenant} spent|${line.slice(at + 1)}`, nanoUsd };
    }),
  ];
};

function spentIsItsEvents(evidence: Evidence): Check {
  const expected = new Map<string, bigint>();
  for (const { field, nanoUsd } of castEvents(evidence).flatMap(deltasOf)) {
    expected.set(field, (expected.get(field) ?? 0n) + nanoUsd);
  }
  const spent = new Map<string, bigint>();
  for (const [name, money] of evidence.ledger.money) {
    if (!evidence.cast.scopes.some(({ scope }) => scope === name)) continue;
    spent.set(`${name} spent`, BigInt(money.get('spent') ?? 0));
    for (const [period, value] of periodsOf(money, 'spent')) spent.set(`${name} spent|${period}`, value);
  }
  const findings = [...new Set([...expected.keys(), ...spent.keys()])]
    .filter((field) => (expected.get(field) ?? 0n) !== (spent.get(field) ?? 0n))
    .map((field) => `${field} is ${spent.get(field) ?? 0n}, its events add up to ${expected.get(field) ?? 0n}`);
  return checkOf(
    {
      name: 'I1 spent is its events',
      claim: 'Every counter of spend is the sum of its events, corrections taken off.',
    },
    { counters: spent.size, events: castEvents(evidence).length },
    findings,
  );
}

function nothingDrifts({ verification, checkpoints, ledger }: Evidence): Check {
  const findings = [...checkpoints]
    .filter(([name, applied]) => BigInt(ledger.money.get(name)?.get('spent') ?? 0) !== applied)
    .map(
      ([name, applied]) => `${name}: ${applied} nano-USD were applied, ${ledger.money.get(name)?.get('spent')} spent`,
    );
  if (verification.drift_nano_usd !== '0')
    findings.push(`ledger verify: drift_nano_usd ${verification.drift_nano_usd}`);
  if (verification.shards_behind.length > 0) findings.push(`shards behind: ${verification.shards_behind.join(', ')}`);
  return checkOf(
    { name: 'I1 drift is 0', claim: '`ledger verify` says 0, and what was applied is what was spent.' },
    { drift_nano_usd: verification.drift_nano_usd, counters: verification.counters },
    findings,
  );
}

function streamsHaveNoGap({ events, sequences }: Evidence): Check {
  const findings = [...groupBy(events, ({ shard }) => shard)].flatMap(([shard, ofShard]) => {
    const gap = ofShard.findIndex(({ sequence }, index) => sequence !== index + 1);
    if (gap !== -1) return [`shard ${shard}: event ${gap + 1} has the number ${ofShard[gap]?.sequence}`];
    return sequences.get(shard) === ofShard.length
      ? []
      : [`shard ${shard}: ${ofShard.length} events, the last number is ${sequences.get(shard)}`];
  });
  return checkOf(
    { name: 'I7 streams have no gap', claim: 'The events of a shard are numbered 1, 2, 3 … to the last.' },
    { events: events.length },
    findings,
  );
}

function rollUpsAreTheirEvents(evidence: Evidence): Check {
  const byKey = groupBy(castEvents(evidence), ({ event }) => event.scope_id);
  const reported = new Map(evidence.usage.map((row) => [row.key, row]));
  const findings = [...new Set([...byKey.keys(), ...reported.keys()])].flatMap((key) => {
    const own = byKey.get(key) ?? [];
    const expected = {
      requests: own.reduce((sum, one) => sum + (one.event.error_code === 'never_sent' ? 0 : 1) - corrected(one), 0),
      estimated: own.reduce((sum, one) => sum + (one.event.estimated ? 1 : 0) - corrected(one), 0),
      nanoUsd: sumOf(own.map(({ event, correctsNanoUsd = 0n }) => BigInt(event.cost_nano_usd) - correctsNanoUsd)),
    };
    const row = reported.get(key);
    const found = {
      requests: row?.requests ?? 0,
      estimated: row?.estimated_requests ?? 0,
      nanoUsd: nanoFromUsd(row?.cost_usd ?? '0') ?? 0n,
    };
    return (['requests', 'estimated', 'nanoUsd'] as const)
      .filter((measure) => expected[measure] !== found[measure])
      .map((measure) => `key ${key}: ${measure} ${found[measure]} in the roll-ups, ${expected[measure]} in the events`);
  });
  return checkOf(
    {
      name: 'I8 roll-ups are their events',
      claim: 'Usage by key, as the admin API reports it, is the sum over the events: each was applied once.',
    },
    { keys: byKey.size, requests: evidence.usage.reduce((sum, { requests }) => sum + requests, 0) },
    findings,
  );
}

const corrected = ({ correctsNanoUsd }: Evidence['events'][number]): number => (correctsNanoUsd === undefined ? 0 : 1);
