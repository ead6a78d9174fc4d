import { addSums, noSums, type UsageQuery, type UsageRow, type UsageSums } from '@tollgate/core';
import { spans } from './roll-up-names.ts';

/** The words that fields of a roll-up use for what they count. */
export const measures = {
  requests: 'requests',
  input: 'inputTokens',
  cache_read: 'cacheReadTokens',
  cache_write: 'cacheWriteTokens',
  output: 'outputTokens',
  reasoning: 'reasoningTokens',
  cost: 'costNanoUsd',
  estimated: 'estimatedRequests',
} as const satisfies Record<string, keyof UsageSums>;

export type Measure = keyof typeof measures;

const isMeasure = (text: string): text is Measure => Object.hasOwn(measures, text);

/** Fields of a roll-up as rows, those that the query asks for. A row that was taken back as a whole is none. */
export function readRows(fields: ReadonlyMap<string, string>, { span, sinceMs, untilMs, tag }: UsageQuery): UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const [field, amount] of fields) {
    const [start, keyScope = '', model = '', provider = '', measure = '', value] = field.split('\n');
    const startMs = Number(start) * spans[span].ms;
    if (startMs < sinceMs || startMs >= untilMs) continue;
    if (!isMeasure(measure)) throw new TypeError(`a roll-up counts ${measure}, which this release does not know`);
    const name = JSON.stringify([start, keyScope, model, provider, value]);
    const tagValue = tag === undefined ? undefined : value;
    const row = rows.get(name) ?? { startMs, keyScope, model, provider, tagValue, sums: noSums };
    rows.set(name, { ...row, sums: addSums(row.sums, sumsOf(measure, amount)) });
  }
  return [...rows.values()].filter(({ sums }) => Object.values(sums).some((sum) => sum !== 0 && sum !== 0n));
}

const sumsOf = (measure: Measure, amount: string): UsageSums =>
  measure === 'cost' ? { ...noSums, costNanoUsd: BigInt(amount) } : { ...noSums, [measures[measure]]: Number(amount) };
