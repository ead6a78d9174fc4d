import type { NanoUsd } from './money.ts';

/** What a key or tenant may use. Undefined is no limit. */
export interface Limits {
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  /** Calls in flight at once. */
  readonly concurrency: number | undefined;
}

export type LimitName = 'requests_per_minute' | 'tokens_per_minute' | 'concurrency' | 'budget';

/** Whose limit it is. */
export type ScopeKind = 'key' | 'tenant';

export type BudgetPeriod = 'day' | 'week' | 'month' | 'total';

export interface Budget {
  readonly capNanoUsd: NanoUsd;
  readonly per: BudgetPeriod;
  /** A soft budget alerts and never refuses. */
  readonly hard: boolean;
}

/** Glob over model names: exact, or with `*` for any run of characters. */
export type ModelPattern = string;

/** A named set of limits, allowed models and default budgets, in config.yaml. */
export interface Tier {
  readonly name: string;
  readonly limits: Limits;
  readonly models: readonly ModelPattern[];
  readonly budgets: readonly Budget[];
}

/** Whether any of the patterns covers the model. */
export const modelAllowed = (patterns: readonly ModelPattern[], model: string): boolean =>
  patterns.some((pattern) => matchesPattern(pattern, model));

/** Linear in both lengths, whatever the pattern: patterns come from operators, model names from callers. */
export function matchesPattern(pattern: ModelPattern, model: string): boolean {
  if (pattern === '*') return true;
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return pattern === model;
  if (!model.startsWith(first) || !model.endsWith(last) || model.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = model.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= model.length - last.length;
}
