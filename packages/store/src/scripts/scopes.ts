import {
  escaped,
  maxCapNanoUsd,
  type AdmitBudget,
  type AdmitScope,
  type BudgetStanding,
  type NanoUsd,
  type OutputCost,
  type ScopeStanding,
  type WindowStanding,
} from '@tollgate/core';
import { asCount, asText } from './reply.ts';

/** What a call would hold: its bound in hard budgets, what it will likely cost in soft ones. */
export interface CallMoney {
  readonly boundNanoUsd: NanoUsd | undefined;
  readonly expectedNanoUsd: NanoUsd;
}

interface ScopeWords {
  readonly lines: string;
  /** The lines as they stand between quotes in JSON. */
  readonly escapedLines: string;
}

const wordsByScopes = new WeakMap<readonly AdmitScope[], ScopeWords>();

/** Scopes as lib/rules.lua reads them, a line each. A caller's scopes come with every call of it, and are put into words once. */
export function scopeWords(scopes: readonly AdmitScope[]): ScopeWords {
  const known = wordsByScopes.get(scopes);
  if (known !== undefined) return known;
  const lines = scopes.map(lineOf).join('');
  const words = { lines, escapedLines: escaped(lines) };
  wordsByScopes.set(scopes, words);
  return words;
}

export const scopeLines = (scopes: readonly AdmitScope[]): string => scopeWords(scopes).lines;

const lineOf = ({ kind, id, limits, budgets }: AdmitScope): string => {
  const { requestsPerMinute, tokensPerMinute, concurrency } = limits;
  const fields = [
    kind,
    assertPrintable(id),
    requestsPerMinute,
    tokensPerMinute,
    concurrency,
    ...budgets.flatMap(fieldsOf),
  ];
  return `${fields.join('\t')}\n`;
};

const fieldsOf = ({ capNanoUsd, hard, current, next }: AdmitBudget) => [
  assertAmount(capNanoUsd),
  hard ? 'hard' : 'soft',
  assertPrintable(current.id),
  current.endsAtMs,
  next && assertPrintable(next.id),
  next?.endsAtMs,
];

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

/** What lib/standing.lua tells of the scopes that were asked about, from `at` on. */
export function parseStandings(
  reply: readonly unknown[],
  at: number,
  scopes: readonly AdmitScope[],
): readonly ScopeStanding[] {
  const money = asText(reply[at + 5 * scopes.length]).split(' ');
  let moneyAt = 0;
  return scopes.map(({ kind, limits, budgets }, index) => {
    const first = at + 5 * index;
    const spentAt = moneyAt;
    moneyAt += 1 + 3 * budgets.length;
    return {
      kind,
      spentNanoUsd: amountOf(money[spentAt]),
      requests: parseWindow(limits.requestsPerMinute, reply, first),
      tokens: parseWindow(limits.tokensPerMinute, reply, first + 2),
      concurrency:
        limits.concurrency === undefined
          ? undefined
          : { limit: limits.concurrency, remaining: asCount(reply[first + 4]) },
      budgets: budgets.map((budget, nth) => parseBudget(budget, money, spentAt + 1 + 3 * nth)),
    };
  });
}

const parseWindow = (limit: number | undefined, reply: readonly unknown[], at: number): WindowStanding | undefined =>
  limit === undefined ? undefined : { limit, remaining: asCount(reply[at]), resetMs: asCount(reply[at + 1]) };

function parseBudget(budget: AdmitBudget, money: readonly string[], at: number): BudgetStanding {
  const period = (money[at] === '1' ? budget.next : undefined) ?? budget.current;
  return {
    periodId: period.id,
    hard: budget.hard,
    capNanoUsd: budget.capNanoUsd,
    spentNanoUsd: amountOf(money[at + 1]),
    reservedNanoUsd: amountOf(money[at + 2]),
    endsAtMs: period.endsAtMs,
  };
}

function amountOf(text: string | undefined): NanoUsd {
  if (text === undefined || text === '') throw new TypeError('a script replied no amount where one was due');
  return BigInt(text);
}
