import type { Counter, Histogram } from 'prom-client';
import { totalTokens, type NanoUsd, type Usage } from '@tollgate/core';
import type { MetricDefinitions } from './definitions.ts';
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
      if (request.outcome !== 'none') definitions.overhead.observe(request.overheadMs / 1000);
    },
    charged: (charge) => pairFor(charge.model, charge.provider).charged(charge),
  };
}

/** The series of one model and provider. Its inner maps are bounded by their closed label sets. */
class PairMetrics {
  readonly #definitions: MetricDefinitions;
  readonly #model: string;
  readonly #provider: string;
  readonly #requests = new Map<string, Counter.Internal>();
  readonly #durations = new Map<EndpointLabel, Histogram.Internal<string>>();
  readonly #tokens = new Map<TokenKind, Counter.Internal>();
  #firstToken: Histogram.Internal<string> | undefined;
  #cost: Counter.Internal | undefined;

  constructor(definitions: MetricDefinitions, model: string, provider: string) {
    this.#definitions = definitions;
    this.#model = model;
    this.#provider = provider;
  }

  finished(request: FinishedRequest): void {
    this.#requestCounter(request).inc();
    if (request.outcome === 'none') return;
    this.#duration(request.endpoint).observe(request.durationMs / 1000);
    if (request.timeToFirstTokenMs === undefined) return;
    this.#firstToken ??= this.#definitions.timeToFirstToken.labels(this.#model, this.#provider);
    this.#firstToken.observe(request.timeToFirstTokenMs / 1000);
  }

  charged({ usage, costNanoUsd }: AttemptCharge): void {
    this.#cost ??= this.#definitions.costUsd.labels(this.#model, this.#provider);
    this.#cost.inc(Number(costNanoUsd) / nanoPerUsd);
    if (totalTokens(usage) === 0) return;
    this.#count('input_uncached', usage.inputUncached);
    this.#count('cache_read', usage.cacheRead);
    this.#count('cache_write', usage.cacheWrite5m + usage.cacheWrite1h);
    this.#count('input_audio', usage.inputAudio);
    this.#count('output', usage.output);
    this.#count('reasoning', usage.reasoning);
    this.#count('output_audio', usage.outputAudio);
  }

  #requestCounter({ endpoint, outcome, code }: FinishedRequest): Counter.Internal {
    return obtain(this.#requests, `${endpoint}/${outcome}/${code}`, () =>
      this.#definitions.requests.labels(endpoint, this.#model, this.#provider, outcome, code),
    );
  }

  #duration(endpoint: EndpointLabel): Histogram.Internal<string> {
    return obtain(this.#durations, endpoint, () => this.#definitions.requestDuration.labels(endpoint, this.#model));
  }

  #count(kind: TokenKind, tokens: number): void {
    if (tokens === 0) return;
    obtain(this.#tokens, kind, () => this.#definitions.tokens.labels(this.#model, this.#provider, kind)).inc(tokens);
  }
}

function obtain<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
