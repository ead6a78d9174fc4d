import { setTimeout as delay } from 'node:timers/promises';
import type { RedisConnection } from '@tollgate/testkit';
import { periodsOf, readLedgerState, type LedgerState } from '../redis/ledger-state.ts';
import type { RedisPair } from '../redis/redis-pair.ts';
import { ledgerPatterns, takeSnapshot } from '../redis/snapshot.ts';
import type { CastScope } from '../load/cast.ts';

/** A hard budget that held and spent more than its cap, as far as it did at any look. */
export interface Excess {
  readonly scope: string;
  readonly atMs: number;
  readonly overNanoUsd: bigint;
}

/** What was seen of the ledger while it worked, each look at one instant. */
export interface LedgerWatch {
  readonly looks: number;
  /** Sums of what is held that differed from the reservations (I2). */
  readonly heldDiffers: readonly string[];
  /** Slots without a reservation, or the other way round (I5). */
  readonly leasesDiffer: readonly string[];
  readonly excesses: readonly Excess[];
  /** The most that was held and spent of a cap, in thousandths of it. */
  readonly fullest: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const everyMs = 300;
const keptFindings = 50;

export function watchLedger(redis: RedisPair, scopes: readonly CastScope[]): LedgerWatch {
  const watch = {
    looks: 0,
    heldDiffers: [] as string[],
    leasesDiffer: [] as string[],
    excesses: [] as Excess[],
    fullest: new Map<string, number>(),
  };
  let stopped = false;
  const look = async (connection: RedisConnection): Promise<void> => {
    const state = readLedgerState(await takeSnapshot(connection, ledgerPatterns));
    watch.looks += 1;
    if (watch.heldDiffers.length < keptFindings) watch.heldDiffers.push(...differencesOfHeld(state));
    if (watch.leasesDiffer.length < keptFindings) watch.leasesDiffer.push(...differencesOfLeases(state));
    for (const scope of scopes) judgeCap(scope, state, watch);
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      // Redis dies under it like under everybody: then it looks again at the next one.
      const connection = await redis.connect().catch(() => undefined);
      try {
        while (!stopped && connection !== undefined) {
          await look(connection);
          await delay(everyMs);
        }
      } catch (error) {
        if (error instanceof RangeError || error instanceof TypeError) throw error;
      } finally {
        connection?.close();
      }
      await delay(everyMs);
    }
  };
  const running = run();
  return Object.assign(watch, {
    stop: async () => {
      stopped = true;
      await running;
    },
  });
}

/** Held by calls in flight (`held` and `likely`) has to be the sum over their reservations. */
export function differencesOfHeld(state: LedgerState): readonly string[] {
  const expected = new Map<string, bigint>();
  for (const { terms, estimateNanoUsd } of state.reservations.values()) {
    if (estimateNanoUsd !== undefined) continue;
    for (const { name, budgets } of terms.scopes) {
      for (const { holdNanoUsd, isHard, period } of budgets) {
        const field = `${name} ${isHard ? 'held' : 'likely'}|${period}`;
        expected.set(field, (expected.get(field) ?? 0n) + holdNanoUsd);
      }
    }
  }
  const found = new Map<string, bigint>();
  for (const [name, money] of state.money) {
    for (const prefix of ['held', 'likely']) {
      for (const [period, value] of periodsOf(money, prefix)) found.set(`${name} ${prefix}|${period}`, value);
    }
  }
  return [...new Set([...expected.keys(), ...found.keys()])].flatMap((field) => {
    const [held, reserved] = [found.get(field) ?? 0n, expected.get(field) ?? 0n];
    return held === reserved && held >= 0n ? [] : [`${field} is ${held}, its reservations hold ${reserved}`];
  });
}

/** Whoever has a deadline has a reservation, and each of its scopes counts a slot for it; nobody else has one. */
export function differencesOfLeases(state: LedgerState): readonly string[] {
  const found: string[] = [];
  const expected = new Map<string, number>();
  for (const [id, { terms, estimateNanoUsd }] of state.reservations) {
    if (!state.deadlines.has(id)) {
      if (estimateNanoUsd === undefined) found.push(`${id} is reserved and has no deadline`);
      continue;
    }
    for (const { name } of terms.scopes) expected.set(name, (expected.get(name) ?? 0) + 1);
  }
  for (const id of state.deadlines)
    if (!state.reservations.has(id)) found.push(`${id} has a deadline and no reservation`);
  for (const scope of new Set([...expected.keys(), ...state.slots.keys()])) {
    const [taken, live] = [state.slots.get(scope) ?? 0, expected.get(scope) ?? 0];
    if (taken !== live) found.push(`${scope} counts ${taken} slots, ${live} reservations live`);
  }
  return found;
}

function judgeCap(
  { scope, capNanoUsd }: CastScope,
  state: LedgerState,
  watch: { readonly excesses: Excess[]; readonly fullest: Map<string, number> },
): void {
  const money = state.money.get(scope);
  if (capNanoUsd === undefined || money === undefined) return;
  for (const [period, held] of periodsOf(money, 'held')) {
    const committed = held + BigInt(money.get(`spent|${period}`) ?? 0);
    const fullness = Number((committed * 1000n) / capNanoUsd);
    watch.fullest.set(scope, Math.max(watch.fullest.get(scope) ?? 0, fullness));
    if (committed > capNanoUsd && watch.excesses.length < keptFindings) {
      watch.excesses.push({ scope, atMs: state.nowMs, overNanoUsd: committed - capNanoUsd });
    }
  }
}
