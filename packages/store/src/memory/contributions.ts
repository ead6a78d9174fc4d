import type { LedgerEvent, NanoUsd, UsageQuantities } from '@tollgate/core';
import type { Measure } from '../usage/read-rows.ts';

/** What an event adds to one measure of a provider. */
export interface Contribution {
  readonly provider: string;
  readonly measure: Measure;
  readonly amount: bigint;
}

/** What an event adds to the roll-ups; the twin of lua/lib/roll-up.lua, where the rules stand. */
export function contributions(event: LedgerEvent, correctsNanoUsd: NanoUsd | undefined): readonly Contribution[] {
  if (event.type === 'repricing') {
    return event.attempts
      .map(({ provider, cost_nano_usd: cost, replaces_nano_usd: replaces }): Contribution => {
        return { provider, measure: 'cost', amount: BigInt(cost) - BigInt(replaces) };
      })
      .filter(({ amount }) => amount !== 0n);
  }
  const answered = answeringProvider(event);
  const countsTokens = event.error_code !== 'node_lost';
  const others = event.attempts.filter(({ provider }) => provider !== answered);
  const all: Contribution[] = [
    { provider: answered, measure: 'requests', amount: event.error_code === 'never_sent' ? 0n : 1n },
    { provider: answered, measure: 'estimated', amount: event.estimated ? 1n : 0n },
    { provider: answered, measure: 'cost', amount: BigInt(event.cost_nano_usd) },
    ...(countsTokens ? tokensOf(answered, event.usage) : []),
    ...others.flatMap(({ provider, usage, cost_nano_usd: cost }) => {
      const amounts: Contribution[] = [
        { provider, measure: 'cost', amount: BigInt(cost) },
        ...(countsTokens ? tokensOf(provider, usage) : []),
      ];
      return [...amounts, ...amounts.map((one) => ({ ...one, provider: answered, amount: -one.amount }))];
    }),
  ];
  const corrections: Contribution[] =
    correctsNanoUsd === undefined
      ? []
      : [
          { provider: 'unknown', measure: 'requests', amount: -1n },
          { provider: 'unknown', measure: 'estimated', amount: -1n },
          { provider: 'unknown', measure: 'cost', amount: -correctsNanoUsd },
        ];
  return [...all, ...corrections].filter(({ amount }) => amount !== 0n);
}

/** Whom a request counts with. */
export const answeringProvider = (event: LedgerEvent): string => event.attempts.at(-1)?.provider ?? 'none';

const tokensOf = (provider: string, usage: UsageQuantities): readonly Contribution[] => {
  const cacheWrite = usage.cache_write_5m + usage.cache_write_1h;
  const count = (measure: Measure, tokens: number): Contribution => ({ provider, measure, amount: BigInt(tokens) });
  return [
    count('input', usage.input_uncached + usage.cache_read + cacheWrite + usage.input_audio),
    count('cache_read', usage.cache_read),
    count('cache_write', cacheWrite),
    count('output', usage.output + usage.output_audio),
    count('reasoning', usage.reasoning),
  ];
};
