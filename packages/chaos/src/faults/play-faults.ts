import { setTimeout as delay } from 'node:timers/promises';
import type { FaultProxy } from '@tollgate/testkit';
import type { Place } from '../processes/fleet.ts';
import type { RedisPair } from '../redis/redis-pair.ts';
import type { Fault } from './plan-faults.ts';

export interface Stage {
  readonly redis: RedisPair;
  readonly nodes: readonly Place[];
  readonly aggregators: readonly Place[];
  /** Of the nodes, then of the aggregators. */
  readonly proxies: readonly FaultProxy[];
  readonly tell: (line: string) => void;
}

/** Plays one after the other, each at its time or as soon as the one before it is over. */
export async function playFaults(faults: readonly Fault[], stage: Stage): Promise<void> {
  const startedMs = Date.now();
  for (const fault of faults) {
    const waitMs = startedMs + fault.atMs - Date.now();
    if (waitMs > 0) await delay(waitMs);
    stage.tell(`${describe(fault)} (at ${Date.now()})`);
    await play(fault, stage);
  }
}

async function play(fault: Fault, { redis, nodes, aggregators, proxies }: Stage): Promise<void> {
  const killNode = (index: number | undefined): void => {
    if (index !== undefined) nodes[index]?.kill();
  };
  switch (fault.kind) {
    case 'kill node':
      return killNode(fault.node);
    case 'kill aggregator':
      return aggregators[fault.aggregator]?.kill();
    case 'drop replies':
      return dropReplies(proxies[fault.process], fault.forMs);
    case 'fill Redis':
      await redis.ask('CONFIG', 'SET', 'maxmemory', '1mb');
      await delay(fault.forMs);
      await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
      return;
    case 'kill Redis':
      killNode(fault.nodeKilled);
      return redis.killAndRestart(fault.awayMs);
    case 'fail over':
      return redis.failOver(fault.lagMs, () => killNode(fault.nodeKilled));
  }
}

async function dropReplies(proxy: FaultProxy | undefined, forMs: number): Promise<void> {
  proxy?.holdReplies();
  await delay(forMs);
  proxy?.cut();
  proxy?.release();
}

const describe = ({ atMs, kind, ...facts }: Fault): string =>
  `${(atMs / 1000).toFixed(1)} s: ${kind} ${Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}`;
