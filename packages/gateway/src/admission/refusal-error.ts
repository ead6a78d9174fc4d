import { formatUsd, GatewayError, type ErrorCode, type Refusal, type ScopeStanding } from '@tollgate/core';
import type { UnboundedCost } from './cost-bound.ts';

/** A refusal on its way to the caller, with the standings that its headers tell. */
export class RefusalError extends GatewayError {
  readonly refusal: Refusal;
  readonly standings: readonly ScopeStanding[];

  /** `unbounded` is there where that is the reason. */
  constructor(refusal: Refusal, standings: readonly ScopeStanding[], unbounded?: UnboundedCost) {
    super(codes[refusal.reason], {
      message: refusalMessage(refusal, unbounded),
      ...(unbounded?.param === undefined ? {} : { param: unbounded.param }),
      ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
    });
    this.refusal = refusal;
    this.standings = standings;
  }

  /** For log and metric: `key:requests_per_minute`. */
  get refusedBy(): `${Refusal['scope']}:${Refusal['limit']}` {
    return `${this.refusal.scope}:${this.refusal.limit}`;
  }
}

const codes: Readonly<Record<Refusal['reason'], ErrorCode>> = {
  rate: 'rate_limit_exceeded',
  held: 'budget_held',
  spent: 'budget_exceeded',
  too_large: 'request_exceeds_limit',
  unbounded: 'cost_unbounded',
};

const limitNames: Readonly<Record<Refusal['limit'], string>> = {
  requests_per_minute: 'requests a minute',
  tokens_per_minute: 'tokens a minute',
  concurrency: 'calls at once',
  budget: 'budget',
};

function refusalMessage(refusal: Refusal, unbounded: UnboundedCost | undefined): string {
  const amount = (value: bigint): string => (refusal.limit === 'budget' ? `$${formatUsd(value)}` : String(value));
  const limit = `the ${refusal.scope}'s limit of ${amount(refusal.limitValue)} ${limitNames[refusal.limit]}`;
  const left = `${amount(refusal.remaining)} left`;
  switch (refusal.reason) {
    case 'rate':
      return `This call is over ${limit}: ${left}. ${whenToRetry(refusal.retryAfterMs)}`;
    case 'held':
      return `Calls in flight hold what is left of the ${refusal.scope}'s budget of ${amount(refusal.limitValue)}. ${whenToRetry(refusal.retryAfterMs)}`;
    case 'spent':
      return `The ${refusal.scope}'s budget of ${amount(refusal.limitValue)} is spent: ${left}. ${
        refusal.retryAfterMs === undefined ? 'It does not renew.' : `It renews in ${formatWait(refusal.retryAfterMs)}.`
      }`;
    case 'too_large':
      return `This call alone is larger than ${limit}. Send a smaller one, or lower its output cap.`;
    case 'unbounded':
      return `The ${refusal.scope} has a hard budget, and nothing bounds the cost of this call: ${unbounded?.because ?? 'its price is not known.'}`;
  }
}

const whenToRetry = (retryAfterMs: number | undefined): string =>
  retryAfterMs === undefined ? 'Try again later.' : `Try again in ${formatWait(retryAfterMs)}.`;

function formatWait(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const hours = seconds / 3600;
  return hours < 48 ? `${Math.ceil(seconds / 60)} min` : `${Math.floor(hours / 24)} days`;
}
