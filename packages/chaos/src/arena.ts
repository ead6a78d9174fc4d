import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import type { FaultProxy } from '@tollgate/testkit';
import { diceOf } from './dice.ts';
import { CrashDeck } from './faults/crash-deck.ts';
import { aggregatorCrashPoints, nodeCrashPoints, type PlannedCrash } from './faults/crash-points.ts';
import { adminToken } from './load/cast.ts';
import { journalDirectory, Place } from './processes/fleet.ts';
import { prices, productConfig } from './processes/product-config.ts';
import { RedisPair } from './redis/redis-pair.ts';

export const nodeCount = 4;
export const aggregatorCount = 2;

/** Everything that a run is made of. */
export interface Arena {
  readonly simulator: ProviderSimulator;
  readonly redis: RedisPair;
  readonly nodes: readonly Place[];
  readonly aggregators: readonly Place[];
  readonly proxies: readonly FaultProxy[];
  readonly journals: readonly string[];
  /** From now on, or not any more, nodes are started with a crash point before them. */
  crashing: boolean;
  stop(): Promise<void>;
}

export interface ArenaSettings {
  readonly seed: number;
  /** Where the product's packages are. */
  readonly root: string;
  readonly isShort: boolean;
}

const keptCalls = 1_000_000;

/** Starts all of it; resolves once every process serves. */
export async function openArena(settings: ArenaSettings): Promise<Arena> {
  // Sockets that show who is alive lie in it: their names are short.
  const directory = mkdtempSync(join(tmpdir(), 'chaos-'));
  const simulator = await startProviderSimulator({ port: 0, prices, ledgerEntries: keptCalls, keepBodies: true });
  const { pair: redis, proxies } = await RedisPair.start(directory, nodeCount + aggregatorCount);
  const configPath = join(directory, 'config.yaml');
  writeFileSync(configPath, productConfig(simulator));
  const arena = {
    simulator,
    redis,
    proxies,
    journals: ['shared', 'third', 'fourth'].map((name) => journalDirectory(directory, name)),
    crashing: true,
    nodes: [] as Place[],
    aggregators: [] as Place[],
    stop: async () => {
      await Promise.all([...arena.nodes, ...arena.aggregators].map((place) => place.close()));
      await redis.stop();
      await simulator.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  addPlaces(arena, { settings, configPath });
  for (const place of [...arena.nodes, ...arena.aggregators]) place.start();
  while (![...arena.nodes, ...arena.aggregators].every(({ current }) => current !== undefined)) await delay(50);
  return arena;
}

interface OpenArena extends Arena {
  readonly nodes: Place[];
  readonly aggregators: Place[];
}

/** The first two nodes share a journal directory, as containers of one machine do. */
function addPlaces(
  arena: OpenArena,
  { settings, configPath }: { readonly settings: ArenaSettings; readonly configPath: string },
): void {
  const { seed, root, isShort } = settings;
  const nodeDeck = new CrashDeck(nodeCrashPoints, { dice: diceOf(seed, 'node crashes'), latest: isShort ? 6 : 40 });
  const aggregatorDeck = new CrashDeck(aggregatorCrashPoints, {
    dice: diceOf(seed, 'aggregator crashes'),
    latest: isShort ? 6 : 60,
  });
  const dealWhileCrashing = (deck: CrashDeck) => (): PlannedCrash | undefined =>
    arena.crashing ? deck.deal() : undefined;
  const shared = { TOLLGATE_CONFIG: configPath, TOLLGATE_OPERATOR_PORT: '0' };
  arena.proxies.forEach((proxy, index) => {
    const isNode = index < nodeCount;
    const name = isNode ? `node ${index + 1}` : `aggregator ${index - nodeCount + 1}`;
    const common = { name, root, proxy, dice: diceOf(seed, name) };
    const variables = { ...shared, REDIS_URL: `redis://127.0.0.1:${proxy.port}` };
    if (!isNode) {
      const main = 'packages/cost-aggregator/src/main.ts';
      const serving = /"aggregating","operator_port":(\d+)/;
      arena.aggregators.push(
        new Place({ ...common, main, variables, serving, nextCrash: dealWhileCrashing(aggregatorDeck) }),
      );
      return;
    }
    arena.nodes.push(
      new Place({
        ...common,
        main: 'packages/gateway/src/main.ts',
        serving: /"listening","port":(\d+),"operator_port":(\d+)/,
        nextCrash: dealWhileCrashing(nodeDeck),
        variables: {
          ...variables,
          PORT: '0',
          TOLLGATE_KEY_PEPPERS: 'v1:pepper-of-the-chaos-0123456789',
          TOLLGATE_ADMIN_TOKEN: adminToken,
          TOLLGATE_JOURNAL_DIR: arena.journals[Math.max(0, index - 1)] ?? '',
        },
      }),
    );
  });
}

/** A folder of its own for what a run found, below the working directory. */
export function reportDirectory(seed: number): string {
  const path = join('.tollgate', 'chaos', String(seed));
  mkdirSync(path, { recursive: true });
  return path;
}
