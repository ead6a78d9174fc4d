import {
  maxCapNanoUsd,
  type AdmitBudget,
  type AdmitScope,
  type NanoUsd,
  type OutputCost,
  type ScopeStanding,
} from '@tollgate/core';
import { asCount, asOptionalCount, asRow, asText } from './reply.ts';

/** What a call would hold: its bound in hard budgets, what it will likely cost in soft ones. */
export interface CallMoney {
  readonly boundNanoUsd: NanoUsd | undefined;
  readonly expectedNanoUsd: NanoUsd;
}

/** Scopes as lib/scope.lua reads them. Their number goes before them. */
export const encodeScopes = (scopes: readonly AdmitScope[], money: CallMoney): readonly string[] =>
  scopes.flatMap(({ kind, id, limits, budgets }) => [
    kind,
    assertPrintable(id),
    optional(limits.requestsPerMinute),
    optional(limits.tokensPerMinute),
    optional(limits.concurrency),
    String(budgets.length),
    ...budgets.flatMap((budget) => encodeBudget(budget, money)),
  ]);

const encodeBudget = ({ capNanoUsd, hard, current, next }: AdmitBudget, money: CallMoney): readonly string[] => [
  String(assertAmount(capNanoUsd)),
  hard ? '1' : '0',
  optional(hard ? money.boundNanoUsd : money.expectedNanoUsd),
  assertPrintable(current.id),
  optional(current.endsAtMs),
  next === undefined ? '' : assertPrintable(next.id),
  optional(next?.endsAtMs),
];

const optional = (value: number | bigint | undefined): string => (value === undefined ? '' : String(value));

/** Ids stand in lines of text. */
export function assertPrintable(id: string): string {
  if (id === '' || /\p{Cc}/u.test(id)) throw new TypeError(`no id: ${JSON.stringify(id)}`);
  return id;
}

/** Within what Lua's numbers can compare exactly. */
export function assertAmount(nanoUsd: NanoUsd): NanoUsd {
  if (nanoUsd < 0n || nanoUsd > maxCapNanoUsd) throw new RangeError(`no amount of nano-USD: ${nanoUsd}`);
  return nanoUsd;
}

/** Tokens or ms: whole, and small enough that sums of them stay exact. */
export function assertQuantity(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 1e12) throw new RangeError(`no quantity: ${value}`);
  return value;
}

/** Beyond this the script's arithmetic would not be exact. */
const maxPicoUsdPerToken = 8_000_000_000_000n;

export function assertOutputCost(cost: OutputCost): OutputCost {
  assertAmount(cost.inputNanoUsd);
  assertQuantity(cost.capTokens);
  assertQuantity(cost.leastTokens);
  if (cost.picoUsdPerToken >= 0n && cost.picoUsdPerToken <= maxPicoUsdPerToken) return cost;
  throw new RangeError(`no price of a token in pico-USD: ${cost.picoUsdPerToken}`);
}

/** Rows of lib/standing.lua, of the scopes that were asked about. */
export const parseStandings = (reply: unknown, scopes: readonly AdmitScope[]): readonly ScopeStanding[] => {
  const rows = asRow(reply);
  return scopes.map((scope, index) => parseStanding(asRow(rows[index]), scope));
};

function parseStanding(row: readonly unknown[], { kind, limits, budgets }: AdmitScope): ScopeStanding {
  const [requestsLeft, requestsResetMs, tokensLeft, tokensResetMs, slotsLeft, spent, ...periods] = row;
  const window = (limit: number | undefined, left: unknown, resetMs: unknown) =>
    limit === undefined ? undefined : { limit, remaining: asCount(left), resetMs: asCount(resetMs) };
  return {
    kind,
    spentNanoUsd: BigInt(asText(spent)),
    requests: window(limits.requestsPerMinute, requestsLeft, requestsResetMs),
    tokens: window(limits.tokensPerMinute, tokensLeft, tokensResetMs),
    concurrency:
      limits.concurrency === undefined ? undefined : { limit: limits.concurrency, remaining: asCount(slotsLeft) },
    budgets: budgets.map(({ capNanoUsd, hard }, index) => {
      const [periodId, periodSpent, held, ends] = asRow(periods[index]);
      return {
        periodId: asText(periodId),
        hard,
        capNanoUsd,
        spentNanoUsd: BigInt(asText(periodSpent)),
        reservedNanoUsd: BigInt(asText(held)),
        endsAtMs: asOptionalCount(ends),
      };
    }),
  };
}
