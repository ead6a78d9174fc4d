import { diceOf, type Dice } from '../dice.ts';

/** Something that goes wrong, `atMs` after the load began. */
export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'kill node'; readonly node: number }
  | { readonly kind: 'kill aggregator'; readonly aggregator: number }
  /** Redis executes, and nobody hears so; then the connection breaks. */
  | { readonly kind: 'drop replies'; readonly process: number; readonly forMs: number }
  | { readonly kind: 'fill Redis'; readonly forMs: number }
  | { readonly kind: 'kill Redis'; readonly awayMs: number; readonly nodeKilled: number | undefined }
  | { readonly kind: 'fail over'; readonly lagMs: number; readonly nodeKilled: number | undefined }
);

export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Stretches in which nodes die at crash points; between them hard budgets have the time to open again. */
  readonly crashing: readonly { readonly fromMs: number; readonly untilMs: number }[];
  readonly loadMs: number;
}

export interface FaultPlanSettings {
  readonly seed: number;
  readonly loadMs: number;
  readonly isShort: boolean;
  readonly nodes: number;
  readonly aggregators: number;
}

/** After a restart or fail-over of Redis hard budgets stay closed for a lease; nothing kills a node then. */
const reopeningMs = 42_000;
const roundMs = 84_000;

export function planFaults(settings: FaultPlanSettings): FaultPlan {
  const { loadMs, isShort } = settings;
  if (isShort) return planShort(settings);
  const faults: Fault[] = [];
  const crashing: { fromMs: number; untilMs: number }[] = [];
  const rounds = Math.max(2, Math.floor(loadMs / roundMs));
  for (let round = 0; round < rounds; round += 1) {
    const dice = diceOf(settings.seed, `faults ${round}`);
    const fromMs = Math.round((loadMs * round) / rounds);
    const untilMs = Math.round((loadMs * (round + 1)) / rounds);
    // The first round begins with Redis as it is, so that hard budgets are open.
    const crashingFromMs = round === 0 ? fromMs : Math.min(untilMs - 10_000, fromMs + reopeningMs);
    crashing.push({ fromMs: crashingFromMs, untilMs: untilMs - 2_000 });
    if (round > 0) faults.push(endRun(dice, { atMs: fromMs, round, settings }));
    faults.push(...spread(dice, { fromMs: fromMs + 3_000, untilMs: untilMs - 4_000, settings, crashingFromMs }));
  }
  return { faults: inOrder(faults), crashing, loadMs };
}

function planShort(settings: FaultPlanSettings): FaultPlan {
  const { seed, loadMs } = settings;
  const dice = diceOf(seed, 'faults');
  const at = (share: number): number => Math.round(loadMs * (share + 0.04 * dice.next()));
  const faults: Fault[] = [
    { kind: 'drop replies', atMs: at(0.15), ...dropOf(dice, settings) },
    { kind: 'kill node', atMs: at(0.25), node: dice.whole(0, settings.nodes - 1) },
    { kind: 'kill aggregator', atMs: at(0.3), aggregator: dice.whole(0, settings.aggregators - 1) },
    endRun(dice, { atMs: at(0.4), round: 2, settings }),
    { kind: 'fill Redis', atMs: at(0.5), forMs: dice.whole(300, 1_000) },
    { kind: 'drop replies', atMs: at(0.6), ...dropOf(dice, settings) },
    endRun(dice, { atMs: at(0.75), round: 1, settings }),
  ];
  return { faults: inOrder(faults), crashing: [{ fromMs: 0, untilMs: loadMs }], loadMs };
}

/** A fail-over and a restart in turn. */
function endRun(
  dice: Dice,
  { atMs, round, settings }: { readonly atMs: number; readonly round: number; readonly settings: FaultPlanSettings },
): Fault {
  const nodeKilled = dice.chance(0.5) ? dice.whole(0, settings.nodes - 1) : undefined;
  return round % 2 === 1
    ? { kind: 'fail over', atMs, lagMs: dice.whole(300, 1_500), nodeKilled }
    : { kind: 'kill Redis', atMs, awayMs: dice.whole(50, 1_500), nodeKilled };
}

/** What can go wrong at any time, about every five seconds. */
function spread(
  dice: Dice,
  stretch: {
    readonly fromMs: number;
    readonly untilMs: number;
    readonly crashingFromMs: number;
    readonly settings: FaultPlanSettings;
  },
): readonly Fault[] {
  const { fromMs, untilMs, crashingFromMs, settings } = stretch;
  const faults: Fault[] = [];
  for (let atMs = fromMs; atMs < untilMs; atMs += dice.whole(2_500, 7_500)) {
    const roll = dice.next();
    if (roll < 0.3 && atMs >= crashingFromMs) {
      faults.push({ kind: 'kill node', atMs, node: dice.whole(0, settings.nodes - 1) });
    } else if (roll < 0.45) {
      faults.push({ kind: 'kill aggregator', atMs, aggregator: dice.whole(0, settings.aggregators - 1) });
    } else if (roll < 0.6) faults.push({ kind: 'fill Redis', atMs, forMs: dice.whole(300, 2_500) });
    else faults.push({ kind: 'drop replies', atMs, ...dropOf(dice, settings) });
  }
  return faults;
}

const dropOf = (dice: Dice, { nodes, aggregators }: FaultPlanSettings) => ({
  process: dice.whole(0, nodes + aggregators - 1),
  forMs: dice.whole(50, 1_500),
});

const inOrder = (faults: readonly Fault[]): readonly Fault[] => faults.toSorted((a, b) => a.atMs - b.atMs);
