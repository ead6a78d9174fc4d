import { setTimeout as delay } from 'node:timers/promises';
import type { Place } from '../processes/fleet.ts';
import type { Cast } from './cast.ts';
import { makeCall, type CallRecord } from './make-call.ts';
import { planCalls } from './plan-call.ts';

export interface Callers {
  readonly records: readonly CallRecord[];
  /** Resolves once every call that began has ended. */
  stop(): Promise<void>;
}

export interface CallersSettings {
  readonly seed: number;
  readonly count: number;
  readonly cast: Cast;
  readonly nodes: readonly Place[];
}

/** Streams may cut into each other's order, but the nth call is the same in every run of a seed. */
export function startCallers({ seed, count, cast, nodes }: CallersSettings): Callers {
  const records: CallRecord[] = [];
  let stopped = false;
  let last = 0;
  const runCaller = async (): Promise<void> => {
    while (!stopped) {
      const plans = planCalls(seed, (last += 1), cast);
      const made = plans.map(async (plan) => makeCall(plan, await livingNode(nodes, plan.node)));
      records.push(...(await Promise.all(made)));
      await delay(plans[0].pauseMs);
    }
  };
  const running = Promise.all(Array.from({ length: count }, runCaller));
  return {
    records,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

/** As a load balancer would: the wanted one, or the next that lives. */
async function livingNode(nodes: readonly Place[], wanted: number) {
  for (;;) {
    for (let step = 0; step < nodes.length; step += 1) {
      const life = nodes[(wanted + step) % nodes.length]?.current;
      if (life !== undefined) return life;
    }
    await delay(20);
  }
}
