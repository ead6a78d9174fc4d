import { hourMs, type NanoUsd, type UsageReport } from '@tollgate/core';
import type { SpendSpike } from './describe-alert.ts';

export interface SpikeRule {
  /** So many times what an hour usually costs. */
  readonly factor: number;
  /** An hour that costs less is never a spike. */
  readonly minNanoUsd: NanoUsd;
}

/** What is looked back at, and the least of it that says what is usual. */
const hoursBefore = 7 * 24;
const fewestHours = 24;

/**
 * Whether the hour that runs now costs the tenant so many times what an hour did on average in the seven days before, or
 * since its first spend in them. With less than a day of that nothing is usual yet, and nothing is a spike.
 */
export async function findSpike(
  report: UsageReport,
  tenant: string,
  { rule, nowMs }: { readonly rule: SpikeRule; readonly nowMs: number },
): Promise<SpendSpike | undefined> {
  const hourStartMs = Math.floor(nowMs / hourMs) * hourMs;
  const query = { tenant, span: 'hour', tag: undefined } as const;
  const now = await report.rows({ ...query, sinceMs: hourStartMs, untilMs: hourStartMs + hourMs });
  const spentNanoUsd = costOf(now);
  if (spentNanoUsd < rule.minNanoUsd) return undefined;
  const before = await report.rows({ ...query, sinceMs: hourStartMs - hoursBefore * hourMs, untilMs: hourStartMs });
  const firstMs = before.reduce((first, { startMs }) => Math.min(first, startMs), hourStartMs);
  const hours = (hourStartMs - firstMs) / hourMs;
  if (hours < fewestHours) return undefined;
  const usualNanoUsd = costOf(before) / BigInt(hours);
  const isSpike = spentNanoUsd * thousandths >= usualNanoUsd * BigInt(Math.round(rule.factor * Number(thousandths)));
  return isSpike ? { tenant, hourStartMs, spentNanoUsd, usualNanoUsd } : undefined;
}

const thousandths = 1000n;

const costOf = (rows: Awaited<ReturnType<UsageReport['rows']>>): NanoUsd =>
  rows.reduce((sum, { sums }) => sum + sums.costNanoUsd, 0n);
