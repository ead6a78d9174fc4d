import type { Evidence } from '../evidence/evidence.ts';
import type { CastScope } from '../load/cast.ts';
import { checkOf, type Check, type Examine } from './check.ts';

/** I4, I10: limits are kept, and refusals change nothing. */
export const limitChecks: Examine = (evidence) => [
  limitsAreKept(evidence, { measure: 'requests', limitOf: ({ requestsPerMinute }) => requestsPerMinute }),
  limitsAreKept(evidence, { measure: 'tokens', limitOf: ({ tokensPerMinute }) => tokensPerMinute }),
  refusalsChangeNothing(evidence),
];

/** A call that Redis admitted and nobody took back. */
interface Admitted {
  readonly atMs: number;
  readonly amount: number;
}

const windowMs = 60_000;

function limitsAreKept(
  evidence: Evidence,
  {
    measure,
    limitOf,
  }: { readonly measure: 'requests' | 'tokens'; readonly limitOf: (scope: CastScope) => number | undefined },
): Check {
  const limited = evidence.cast.scopes.flatMap((scope) => {
    const limit = limitOf(scope);
    return limit === undefined ? [] : [{ name: scope.scope, limit }];
  });
  const findings: string[] = [];
  const figures: Record<string, string> = {};
  for (const { name, limit } of limited) {
    const { most, over } = busiestMinute(admissionsOf(evidence, name, measure), {
      limit,
      allowedAt: (atMs) => lostFromWindow(evidence, { name, atMs, measure }),
    });
    figures[`${name} in its busiest minute`] = `${most} of ${limit}`;
    if (over > 0) findings.push(`${name}: ${over} more than ${limit} ${measure} in some 60 s`);
  }
  return checkOf(
    {
      name: `I4 ${measure} a minute are kept`,
      claim: `In no 60 s by Redis' clock did Redis admit more ${measure} than the limit; across a fail-over, but for what the window lost.`,
    },
    figures,
    findings,
  );
}

/** Those that a node admitted alone, while Redis was away, are another promise: they are not in here. */
function admissionsOf({ journals, ledger }: Evidence, scope: string, measure: 'requests' | 'tokens'): Admitted[] {
  const known = new Map<string, Admitted>();
  const counts = (scopes: readonly { readonly name: string; readonly isCounted: boolean }[]): boolean =>
    scopes.some(({ name, isCounted }) => name === scope && isCounted);
  for (const [id, { terms }] of ledger.reservations) {
    if (!counts(terms.scopes)) continue;
    known.set(id, { atMs: terms.admittedMs, amount: measure === 'requests' ? 1 : terms.tokens });
  }
  for (const { reservationId, terms, actualTokens } of journals.settlements) {
    if (!counts(terms.scopes)) continue;
    const amount = measure === 'requests' ? 1 : Math.min(terms.tokens, actualTokens);
    known.set(reservationId, { atMs: terms.admittedMs, amount });
  }
  return [...known.values()].toSorted((a, b) => a.atMs - b.atMs);
}

/** The most in any window (t - 60 s, t], and the most beyond what was allowed there. */
function busiestMinute(
  admitted: readonly Admitted[],
  { limit, allowedAt }: { readonly limit: number; readonly allowedAt: (atMs: number) => number },
): { readonly most: number; readonly over: number } {
  let [most, over, sum, oldest] = [0, 0, 0, 0];
  for (const { atMs, amount } of admitted) {
    sum += amount;
    for (let first = admitted[oldest]; first !== undefined && first.atMs <= atMs - windowMs; first = admitted[oldest]) {
      sum -= first.amount;
      oldest += 1;
    }
    most = Math.max(most, sum);
    over = Math.max(over, sum - limit - allowedAt(atMs));
  }
  return { most, over };
}

/** What fail-overs of the 60 s before took out of the scope's window. */
const lostFromWindow = (
  { failOvers }: Evidence,
  { name, atMs, measure }: { readonly name: string; readonly atMs: number; readonly measure: 'requests' | 'tokens' },
): number =>
  failOvers
    .filter((failOver) => failOver.atMs <= atMs && failOver.atMs > atMs - windowMs)
    .flatMap(({ before, after }) =>
      [...(before.windows.get(name) ?? [])].map(([second, had]) =>
        Math.max(0, had[measure] - (after.windows.get(name)?.get(second)?.[measure] ?? 0)),
      ),
    )
    .reduce((sum, lost) => sum + lost, 0);

function refusalsChangeNothing({ refusals }: Evidence): Check {
  const refused = [...refusals.refused].filter(([code]) => code !== 'answered');
  const kinds = ['rate_limit_exceeded', 'budget_held', 'request_exceeds_limit', 'invalid_key'];
  const missing = kinds.filter((code) => !refusals.refused.has(code)).map((code) => `nothing was refused as ${code}`);
  return checkOf(
    {
      name: 'I10 refusals change nothing',
      claim: 'After calls were refused at every node, for every kind of limit, Redis held what it held before.',
    },
    Object.fromEntries(refused),
    [...refusals.changed, ...missing],
  );
}
