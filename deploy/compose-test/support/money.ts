import assert from 'node:assert/strict';
import type { UsageEvent } from '../../../packages/core/src/index.ts';
import type { Cluster } from './cluster.ts';
import { until } from './until.ts';

/** What the simulator, standing in for all providers, was asked and would bill. */
export interface Billed {
  readonly calls: number;
  readonly nanoUsd: bigint;
}

interface SimulatorLedger {
  readonly calls_begun: number;
  readonly cost_nano_usd: string;
}

/** Since it started. */
export async function billedSoFar({ project }: Cluster): Promise<Billed> {
  const ledger: SimulatorLedger = JSON.parse(await project.fetchInside('http://simulator:9900/_simulator/ledger'));
  return { calls: ledger.calls_begun, nanoUsd: BigInt(ledger.cost_nano_usd) };
}

export async function billedDuring<T>(cluster: Cluster, action: () => Promise<T>): Promise<[T, Billed]> {
  const before = await billedSoFar(cluster);
  const result = await action();
  const after = await billedSoFar(cluster);
  return [result, { calls: after.calls - before.calls, nanoUsd: after.nanoUsd - before.nanoUsd }];
}

export interface UsageRow {
  readonly requests: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: string;
  readonly estimated_requests: number;
}

/** The tenant's line of the usage report. */
export async function usageOf({ project }: Cluster, tenant: string): Promise<UsageRow | undefined> {
  const report: { readonly rows: readonly UsageRow[] } = JSON.parse(
    await project.tollgate('usage', '--tenant', tenant, '--json'),
  );
  return report.rows[0];
}

/** A call that a node admitted by itself, while Redis was away, has its request's id with this at its end. */
const admittedAlone = '.local';

/**
 * What a tenant is charged, by the request's id. Events come in order, so that of a call which was charged an estimate
 * first it is the truth.
 */
export async function chargesOf({ project }: Cluster, tenant: string): Promise<ReadonlyMap<string, UsageEvent>> {
  const lines = (await project.tollgate('ledger', 'export')).split('\n').filter((line) => line !== '');
  const events = lines.map((line) => {
    const { event }: { readonly event: UsageEvent } = JSON.parse(line);
    return event;
  });
  const own = events.filter((event) => event.tenant === tenant && event.attempts.length > 0);
  return new Map(own.map((event) => [event.id.replace(admittedAlone, ''), event]));
}

export const sumOf = (charges: Iterable<UsageEvent>): bigint =>
  [...charges].reduce((sum, { cost_nano_usd: cost }) => sum + BigInt(cost), 0n);

/** Resolves once the ledger was compared and is right to the nano-USD. */
export async function untilWithoutDrift({ project }: Cluster): Promise<void> {
  let printed = '';
  const isSo = async (): Promise<boolean> => {
    printed = await project.tollgate('ledger', 'verify');
    return true;
  };
  // It exits with 1 too where too many events wait for the aggregators to compare.
  await until('the ledger is compared, and right', isSo, { withinMs: 30_000 });
  assert.match(printed, /^drift_nano_usd 0$/m);
}
