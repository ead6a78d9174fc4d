import { randomUUID } from 'node:crypto';
import {
  Batch,
  onceIdle,
  formatUsd,
  systemClock,
  type AdmissionStore,
  type Clock,
  type CallClaims,
  type KeptResponses,
  type KeyStore,
  type LedgerRecovery,
  type NodeRegistry,
  type Books,
  type UsageReport,
} from '@tollgate/core';
import type { Config, Environment } from '@tollgate/config';
import { buildOf, createLogger, createMetrics, type Logger, type Metrics, type PassedOver } from '@tollgate/telemetry';
import { createUpstream, type Upstream } from '@tollgate/upstream';
import { CallerDirectory } from './admission/caller-directory.ts';
import { chargeAttempts } from './admission/charge-attempts.ts';
import { Overruns } from './admission/overruns.ts';
import { ScopeCache } from './admission/scope-cache.ts';
import { TokenEstimator } from './admission/token-estimator.ts';
import { configure, type Configured } from './configure.ts';
import { AuthenticationGuard } from './http/authentication-guard.ts';
import { BodyBudget } from './http/body-budget.ts';
import { PieceWriter } from './http/piece-writer.ts';
import { TurnWrites } from './http/turn-writes.ts';
import { openJournal } from './journal/open-journal.ts';
import { observeUpstream } from './observe-upstream.ts';
import { openTracer } from './open-tracer.ts';
import { DrainSlots } from './pipeline/drain-slots.ts';
import type { PipelineParts } from './pipeline/run-request.ts';
import { startStoreDuties, type StoreDuties } from './store-duties.ts';
import { StoreHealth } from './store-health.ts';

/** What keys, limits and money are kept in. Owned by whoever made it. */
export interface GatewayStore {
  readonly admission: AdmissionStore;
  /** The same, for what is sent again in bulk. */
  readonly bulk: Pick<AdmissionStore, 'settle' | 'void'>;
  readonly keys: KeyStore;
  readonly report: UsageReport;
  readonly books: Books;
  readonly ledger: LedgerRecovery;
  readonly nodes: NodeRegistry;
  readonly responses: KeptResponses;
  readonly claims: CallClaims;
}

export interface GatewayOptions {
  readonly config: Config;
  readonly environment: Environment;
  readonly store: GatewayStore;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
  /** The metrics of all processes of the node, where this one is a worker. */
  readonly scrape?: () => Promise<string>;
  /** Answers of clients that left which are read to their end at once. */
  readonly mostDrains?: number;
}

/** What a node is made of, whatever its config says. */
export interface NodeParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly storeHealth: StoreHealth;
  readonly duties: StoreDuties;
  readonly settings: NodeSettings;
}

/** The composition root: nothing else knows more than its own part. */
export async function buildNode(options: GatewayOptions): Promise<NodeParts> {
  const clock = options.clock ?? systemClock;
  const metrics = options.metrics ?? createMetrics({ build: buildOf(options.environment) });
  const logger =
    options.logger ??
    createLogger({ level: options.config.logging.level, onDropped: (lines) => metrics.logLinesDropped(lines) });
  const storeHealth = new StoreHealth({ metrics, logger });
  const producerId = randomUUID();
  const { journalDir: directory } = options.environment;
  const journal = await openJournal({ directory, producerId, clock, metrics, logger });
  const watched = { clock, metrics, logger, storeHealth };
  const duties: StoreDuties = startStoreDuties({
    ...watched,
    store: options.store,
    journal,
    producerId,
    outagePolicy: () => settings.configured.config.redis.onUnavailable,
  });
  const settings: NodeSettings = new NodeSettings({ ...watched, options, duties });
  return { ...watched, duties, settings };
}

type FixedParts = Omit<NodeParts, 'settings'> & { readonly options: GatewayOptions };

/**
 * What follows from config.yaml, and what of the node outlives a reload of it: callers, scopes, bodies in
 * flight, estimates, and the health of targets. A request keeps the pipeline that it began with.
 */
export class NodeSettings {
  readonly #fixed: FixedParts;
  readonly #upstream: Upstream;
  readonly #lasting: ReturnType<typeof lastingParts>;
  #configured: Configured;
  #pipeline: PipelineParts;
  #draining = false;

  constructor(fixed: FixedParts) {
    this.#fixed = fixed;
    this.#configured = configure(fixed.options.config, fixed.clock);
    this.#upstream = createUpstream({
      ...this.#configured.upstream,
      clock: fixed.clock,
      random: Math.random,
      observe: observeUpstream(fixed),
    });
    this.#lasting = lastingParts(fixed, () => this.#configured);
    this.#pipeline = this.#pipelineOf(this.#configured);
  }

  get configured(): Configured {
    return this.#configured;
  }

  get pipeline(): PipelineParts {
    return this.#pipeline;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** For the gauges of a scrape. */
  passedOver(): PassedOver {
    const { openBreakers, credentialsSetAside } = this.#upstream.status();
    return {
      openBreakers: openBreakers.map((target) => ({
        provider: target.provider,
        model: this.#configured.modelLabel(target),
      })),
      credentials: credentialsSetAside,
    };
  }

  /** From now on the node is not ready, and its answers tell clients to take another connection. */
  startDraining(): void {
    this.#draining = true;
  }

  /** Takes up a new config; returns what was in force before. */
  replace(config: Config): Configured {
    const replaced = this.#configured;
    this.#configured = configure(config, this.#fixed.clock);
    this.#pipeline = this.#pipelineOf(this.#configured);
    this.#upstream.update(this.#configured.upstream);
    this.#fixed.logger.setLevel(config.logging.level);
    return replaced;
  }

  #pipelineOf(current: Configured): PipelineParts {
    const { clock, metrics, logger, duties } = this.#fixed;
    return {
      ...current,
      ...this.#lasting,
      money: { ...this.#lasting, bounds: current.bounds },
      admission: duties.admission,
      upstream: this.#upstream,
      leases: duties.leases,
      settler: duties.settler,
      journal: duties.journal,
      clock,
      metrics,
      logger,
      tracer: openTracer(current.config.tracing, { ...this.#fixed, build: buildOf(this.#fixed.options.environment) }),
      openStreams: metrics.openStreams,
      stalledClientMs: current.config.routing.timeouts.idleMs,
      keepAliveMs: current.config.server.keepAliveCommentMs,
      closing: () => this.#draining,
      chargeOf: ({ stage, upstream: { attempts } }) => chargeAttempts(stage.call, attempts, current.charges),
      onOverrun: ({ target: { provider, providerModel }, model, boundNanoUsd, costNanoUsd }) => {
        metrics.boundExceeded({ provider, model });
        logger.error('a provider charged more than its bound; no hard budget is spent there until its price changes', {
          provider,
          provider_model: providerModel,
          bound_usd: formatUsd(boundNanoUsd),
          cost_usd: formatUsd(costNanoUsd),
        });
      },
      onStoreFailure: (error) => this.#fixed.storeHealth.failed(error),
      onDecision: (decision, tookMs) => metrics.admissionDecided(decision, tookMs),
    };
  }
}

const lastingParts = ({ options, clock }: FixedParts, configured: () => Configured) => ({
  directory: new CallerDirectory(options.store.keys, options.environment.peppers),
  guard: new AuthenticationGuard(configured().config.server.failedAuthenticationsPerMinute),
  scopes: new ScopeCache(() => configured().scopeRules, clock),
  bodies: new BodyBudget(() => configured().config.server.maxBodiesInFlightBytes),
  estimator: new TokenEstimator(),
  overruns: new Overruns(),
  responses: options.store.responses,
  claims: options.store.claims,
  drainSlots: new DrainSlots(options.mostDrains),
  turnWrites: new TurnWrites(),
  pieces: new PieceWriter(),
  answers: new Batch(onceIdle),
});
