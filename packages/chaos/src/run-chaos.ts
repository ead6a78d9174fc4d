import { setTimeout as delay } from 'node:timers/promises';
import { openArena, type Arena } from './arena.ts';
import type { Check } from './checks/check.ts';
import { deathChecks } from './checks/death-checks.ts';
import { ledgerChecks } from './checks/ledger-checks.ts';
import { limitChecks } from './checks/limit-checks.ts';
import { providerChecks } from './checks/provider-checks.ts';
import { reservationChecks } from './checks/reservation-checks.ts';
import { settlementChecks } from './checks/settlement-checks.ts';
import { readEvidence, type Evidence } from './evidence/evidence.ts';
import { refuseCalls } from './evidence/refuse-calls.ts';
import { watchLedger } from './evidence/watch-ledger.ts';
import { aggregatorCrashPoints, nodeCrashPoints } from './faults/crash-points.ts';
import { planFaults, type FaultPlan } from './faults/plan-faults.ts';
import { playFaults } from './faults/play-faults.ts';
import { makeCast } from './load/cast.ts';
import { startCallers } from './load/callers.ts';
import { untilQuiet } from './quiesce.ts';

export interface ChaosSettings {
  readonly seed: number;
  /** Of load and faults; coming to rest takes about a minute more. */
  readonly seconds: number;
  readonly isShort: boolean;
  /** Where the product's packages are. */
  readonly root: string;
  readonly tell: (line: string) => void;
}

export interface ChaosResult {
  readonly checks: readonly Check[];
  readonly answers: Readonly<Record<string, number>>;
}

const callerCount = 16;
const shortCallerCount = 12;
/** A machine that is slower than expected is given so much longer to come by every crash point. */
const longestOvertimeMs = 300_000;

const examinations = [ledgerChecks, reservationChecks, limitChecks, settlementChecks, providerChecks, deathChecks];

/** Starts everything, kills it for a while, lets it come to rest, and judges what is left. */
export async function runChaos(settings: ChaosSettings): Promise<ChaosResult> {
  const { tell } = settings;
  const arena = await openArena(settings);
  try {
    tell('everything serves');
    const evidence = await play(arena, settings);
    return { checks: examinations.flatMap((examine) => examine(evidence)), answers: countAnswers(evidence) };
  } finally {
    await arena.stop();
  }
}

async function play(arena: Arena, settings: ChaosSettings): Promise<Evidence> {
  const { seed, isShort, tell } = settings;
  const { nodes, aggregators, redis, proxies } = arena;
  const plan = planFaults({
    seed,
    loadMs: settings.seconds * 1000,
    isShort,
    nodes: nodes.length,
    aggregators: aggregators.length,
  });
  const cast = await makeCast(await operatorPort(arena));
  const watch = watchLedger(redis, cast.scopes);
  const callers = startCallers({ seed, count: isShort ? shortCallerCount : callerCount, cast, nodes });
  const crashing = switchCrashing(arena, plan);
  const startedMs = Date.now();
  await playFaults(plan.faults, { redis, nodes, aggregators, proxies, tell });
  await crashing;
  const overtimeUntilMs = startedMs + plan.loadMs + longestOvertimeMs;
  while (Date.now() < startedMs + plan.loadMs || (!everyPointReached(arena) && Date.now() < overtimeUntilMs)) {
    await delay(200);
  }
  tell('callers stop');
  await callers.stop();
  for (const place of [...nodes, ...aggregators]) place.calm();
  tell('waiting for leases, journals and aggregators');
  const moving = await untilQuiet(arena);
  await watch.stop();
  const refusals = await refuseCalls(arena);
  await untilQuiet(arena);
  return readEvidence(arena, { cast, calls: callers.records, watch, moving, refusals });
}

/** Nodes come with a crash point before them in the plan's stretches alone; those that have one by then keep it. */
async function switchCrashing(arena: Arena, plan: FaultPlan): Promise<void> {
  const startedMs = Date.now();
  for (const { fromMs, untilMs } of plan.crashing) {
    if (fromMs > 0) {
      arena.crashing = false;
      await delay(Math.max(0, startedMs + fromMs - Date.now()));
    }
    arena.crashing = true;
    // Who lives without one gets one in the next life.
    for (const node of fromMs > 0 ? arena.nodes : []) node.kill();
    await delay(Math.max(0, startedMs + untilMs - Date.now()));
  }
}

const everyPointReached = ({ nodes, aggregators }: Arena): boolean => {
  const reached = new Set(
    [...nodes, ...aggregators].flatMap(({ lives }) => lives.map(({ crash }) => crash?.name ?? '')),
  );
  return [...Object.keys(nodeCrashPoints), ...Object.keys(aggregatorCrashPoints)].every((point) => reached.has(point));
};

async function operatorPort({ nodes }: Arena): Promise<number> {
  for (;;) {
    const port = nodes.find(({ current }) => current !== undefined)?.current?.ports?.[1];
    if (port !== undefined) return port;
    await delay(50);
  }
}

function countAnswers({ calls }: Evidence): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { status, code, isAnswered, plan } of calls) {
    const left = Object.keys(plan.leaving).length > 0 ? 'left or broken off' : 'broken off';
    const answer = isAnswered ? 'answered' : status === undefined || status === 200 ? left : `${status} ${code}`;
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}
