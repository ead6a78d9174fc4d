import { totalTokens, type NanoUsd, type Usage } from '@tollgate/core';
import type { MetricDefinitions } from './definitions.ts';
import type { Observations, Tally } from './tallies.ts';
import type { CodeLabel, EndpointLabel, OutcomeLabel, TokenKind } from './labels.ts';

/** A request that has been answered, or whose caller left. */
export interface FinishedRequest {
  readonly endpoint: EndpointLabel;
  /** `Route.label`; `other` where no route was chosen. */
  readonly model: string;
  /** Who answered last; undefined where no provider was reached for. */
  readonly provider: string | undefined;
  readonly outcome: OutcomeLabel;
  readonly code: CodeLabel;
  readonly durationMs: number;
  readonly overheadMs: number;
  /** Undefined where the answer was not streamed or had no content. */
  readonly timeToFirstTokenMs: number | undefined;
  readonly fallbacks: number;
}

/** What one attempt is charged for. */
export interface AttemptCharge {
  readonly model: string;
  readonly provider: string;
  readonly usage: Usage;
  readonly costNanoUsd: NanoUsd;
}

export interface RequestMetrics {
  finished(request: FinishedRequest): void;
  charged(charge: AttemptCharge): void;
}

/** Pairs of model and provider that get series of their own; a reload can bring new names, so there has to be an end. */
const mostPairs = 200;
const nanoPerUsd = 1e9;

/** Binds label children once for each model and provider, since finding them costs more than counting. */
export function createRequestMetrics(definitions: MetricDefinitions): RequestMetrics {
  const pairs = new Map<string, PairMetrics>();
  const overflow = new PairMetrics(definitions, 'other', 'other');
  const overhead = definitions.overhead.tally();

  const pairFor = (model: string, provider: string): PairMetrics => {
    const name = `${model}\n${provider}`;
    const known = pairs.get(name);
    if (known !== undefined) return known;
    if (pairs.size >= mostPairs) return overflow;
    const pair = new PairMetrics(definitions, model, provider);
    pairs.set(name, pair);
    return pair;
  };

  return {
    finished: (request) => {
      pairFor(request.model, request.provider ?? 'none').finished(request);
      if (request.fallbacks > 0) definitions.fallbacks.inc(request.fallbacks);
      if (request.outcome !== 'none') overhead.observe(request.overheadMs / 1000);
    },
    charged: (charge) => pairFor(charge.model, charge.provider).charged(charge),
  };
}

/** The series of one model and provider. Its inner maps are bounded by their closed label sets. */
class PairMetrics {
  readonly #definitions: MetricDefinitions;
  readonly #model: string;
  readonly #provider: string;
  readonly #requests = new Map<string, Tally>();
  readonly #durations = new Map<EndpointLabel, Observations>();
  readonly #tokens = new Map<TokenKind, Tally>();
  #firstToken: Observations | undefined;
  #cost: Tally | undefined;

  constructor(definitions: MetricDefinitions, model: string, provider: string) {
    this.#definitions = definitions;
    this.#model = model;
    this.#provider = provider;
  }

  finished(request: FinishedRequest): void {
    this.#requestCounter(request).add(1);
    if (request.outcome === 'none') return;
    this.#duration(request.endpoint).observe(request.durationMs / 1000);
    if (request.timeToFirstTokenMs === undefined) return;
    this.#firstToken ??= this.#definitions.timeToFirstToken.tally(this.#model, this.#provider);
    this.#firstToken.observe(request.timeToFirstTokenMs / 1000);
  }

  charged({ usage, costNanoUsd }: AttemptCharge): void {
    this.#cost ??= this.#definitions.costUsd.tally(this.#model, this.#provider);
    this.#cost.add(Number(costNanoUsd) / nanoPerUsd);
    if (totalTokens(usage) === 0) return;
    this.#count('input_uncached', usage.inputUncached);
    this.#count('cache_read', usage.cacheRead);
    this.#count('cache_write', usage.cacheWrite5m + usage.cacheWrite1h);
    this.#count('input_audio', usage.inputAudio);
    this.#count('output', usage.output);
    this.#count('reasoning', usage.reasoning);
    this.#count('output_audio', usage.outputAudio);
  }

  #requestCounter({ endpoint, outcome, code }: FinishedRequest): Tally {
    return obtain(this.#requests, `${endpoint}/${outcome}/${code}`, () =>
      this.#definitions.requests.tally(endpoint, this.#model, this.#provider, outcome, code),
    );
  }

  #duration(endpoint: EndpointLabel): Observations {
    return obtain(this.#durations, endpoint, () => this.#definitions.requestDuration.tally(endpoint, this.#model));
  }

  #count(kind: TokenKind, tokens: number): void {
    if (tokens === 0) return;
    obtain(this.#tokens, kind, () => this.#definitions.tokens.tally(this.#model, this.#provider, kind)).add(tokens);
  }
}

function obtain<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
