import { GatewayError, type Random, type Target } from '@tollgate/core';
import { targetName } from './attempt-record.ts';

/** Whether a target may be attempted now; if not why, and in how many ms it may be, where waiting helps. */
export type Availability =
  { readonly usable: true } | { readonly usable: false; readonly reason: string; readonly inMs: number | undefined };

export interface TargetChoice {
  readonly targets: readonly Target[];
  readonly availability: (target: Target) => Availability;
  readonly random: Random;
}

/**
 * The targets that may be attempted now, in order. Throws GatewayError `no_target_available` where none
 * may, with the soonest time at which one may.
 */
export function chooseTargets({ targets, availability, random }: TargetChoice): readonly Target[] {
  const ordered = shuffleWeightedRuns(targets, random);
  const standings = ordered.map((target) => ({ target, state: availability(target) }));
  if (standings.every(({ state }) => state.usable)) return ordered;
  const usable = standings.filter(({ state }) => state.usable).map(({ target }) => target);
  if (usable.length > 0) return usable;
  const passedOver = standings.flatMap(({ target, state }) =>
    state.usable ? [] : [{ words: `${targetName(target)} (${state.reason})`, inMs: state.inMs }],
  );
  const waits = passedOver.flatMap(({ inMs }) => (inMs === undefined ? [] : [inMs]));
  throw new GatewayError('no_target_available', {
    message: `No target of the model can be tried now: ${passedOver.map(({ words }) => words).join(', ')}.`,
    ...(waits.length > 0 && { retryAfterMs: Math.min(...waits) }),
  });
}

/** Shuffles each run of neighbouring targets with weights by these; the others keep their places. */
export function shuffleWeightedRuns(targets: readonly Target[], random: Random): readonly Target[] {
  if (targets.every(({ weight }) => weight === undefined)) return targets;
  const ordered: Target[] = [];
  let run: Target[] = [];
  for (const target of targets) {
    if (target.weight === undefined) {
      ordered.push(...shuffleByWeight(run, random), target);
      run = [];
    } else run.push(target);
  }
  return [...ordered, ...shuffleByWeight(run, random)];
}

/** Each place goes to one of those left, with odds by weight. */
function shuffleByWeight(run: readonly Target[], random: Random): readonly Target[] {
  const left = [...run];
  const shuffled: Target[] = [];
  while (left.length > 1) shuffled.push(...left.splice(pickByWeight(left, random), 1));
  return [...shuffled, ...left];
}

function pickByWeight(targets: readonly Target[], random: Random): number {
  let point = random() * targets.reduce((sum, target) => sum + (target.weight ?? 0), 0);
  for (const [index, target] of targets.entries()) {
    point -= target.weight ?? 0;
    if (point < 0) return index;
  }
  return 0;
}
