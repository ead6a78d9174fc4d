import type { NanoUsd } from './money.ts';

export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** Roll-ups are kept by hours and by days of UTC. */
export type RollUpSpan = 'hour' | 'day';

/** For how long a span's roll-ups are kept, at least. */
export const rollUpKeptMs: Readonly<Record<RollUpSpan, number>> = { hour: 40 * dayMs, day: 800 * dayMs };

/** What was used. Input includes cached tokens, and reasoning is part of output. */
export interface UsageSums {
  readonly requests: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costNanoUsd: NanoUsd;
  /** Requests whose charge is an estimate. */
  readonly estimatedRequests: number;
}

export interface UsageRow {
  readonly startMs: number;
  /** The key's `scopeId`. */
  readonly keyScope: string;
  readonly model: string;
  /** Who was charged for; a request counts with who answered last, `none` where nobody was reached for. */
  readonly provider: string;
  /** Of the tag that was asked for. */
  readonly tagValue: string | undefined;
  readonly sums: UsageSums;
}

export interface UsageQuery {
  readonly tenant: string;
  readonly span: RollUpSpan;
  /** Spans that begin from here on … */
  readonly sinceMs: number;
  /** … and before this. */
  readonly untilMs: number;
  /** Only what carried this tag, by its values. Undefined: all. */
  readonly tag: string | undefined;
}

/** Roll-ups, for reports: the sums of all events that were applied. Rejects with `StoreError`. */
export interface UsageReport {
  rows(query: UsageQuery): Promise<readonly UsageRow[]>;
}

export const noSums: UsageSums = {
  requests: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costNanoUsd: 0n,
  estimatedRequests: 0,
};

/** `a` plus `times` b. */
export const addSums = (a: UsageSums, b: UsageSums, times: 1 | -1 = 1): UsageSums => ({
  requests: a.requests + times * b.requests,
  inputTokens: a.inputTokens + times * b.inputTokens,
  cacheReadTokens: a.cacheReadTokens + times * b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + times * b.cacheWriteTokens,
  outputTokens: a.outputTokens + times * b.outputTokens,
  reasoningTokens: a.reasoningTokens + times * b.reasoningTokens,
  costNanoUsd: a.costNanoUsd + BigInt(times) * b.costNanoUsd,
  estimatedRequests: a.estimatedRequests + times * b.estimatedRequests,
});
