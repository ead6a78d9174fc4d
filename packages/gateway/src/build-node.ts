import { randomUUID } from 'node:crypto';
import { systemClock, type AdmissionStore, type Clock, type KeyStore, type StoreError } from '@tollgate/core';
import type { Config, Environment } from '@tollgate/config';
import { createLogger, createMetrics, type Logger, type Metrics } from '@tollgate/telemetry';
import { createUpstream } from '@tollgate/upstream';
import { CallerDirectory } from './admission/caller-directory.ts';
import { chargeAttempts } from './admission/charge-attempts.ts';
import { LeaseKeeper } from './admission/lease-keeper.ts';
import { Reaper } from './admission/reaper.ts';
import { ScopeCache } from './admission/scope-cache.ts';
import { Settler } from './admission/settler.ts';
import { TokenEstimator } from './admission/token-estimator.ts';
import { configure, type Configured } from './configure.ts';
import { AuthenticationGuard } from './http/authentication-guard.ts';
import { BodyBudget } from './http/body-budget.ts';
import { observeUpstream } from './observe-upstream.ts';
import type { PipelineParts } from './pipeline/run-request.ts';
import type { KeyPageParts } from './server/show-key.ts';
import { StoreHealth } from './store-health.ts';
import { version } from './version.ts';

/** What keys, limits and money are kept in. Owned by whoever made it. */
export interface GatewayStore {
  readonly admission: AdmissionStore;
  readonly keys: KeyStore;
}

export interface GatewayOptions {
  readonly config: Config;
  readonly environment: Environment;
  readonly store: GatewayStore;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
}

/** The parts of a node that have a life, put together; `configured` and `pipeline` are replaced whole at a reload. */
export interface NodeParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly leases: LeaseKeeper;
  readonly reaper: Reaper;
  readonly settler: Settler;
  readonly storeHealth: StoreHealth;
  readonly keyPage: KeyPageParts;
  configured(): Configured;
  pipeline(): PipelineParts;
  /** Returns what was in force before. */
  reconfigure(config: Config): Configured;
  /** From now on answers tell clients to take another connection. */
  stopAccepting(): void;
  accepting(): boolean;
}

/** The composition root: nothing else knows more than its own part. */
export function buildNode(options: GatewayOptions): NodeParts {
  const { admission, keys } = options.store;
  const clock = options.clock ?? systemClock;
  const metrics = options.metrics ?? createMetrics({ version });
  const logger = options.logger ?? loggerFor(options.config, metrics);
  let configured = configure(options.config, clock);
  let accepting = true;

  const storeHealth = new StoreHealth({ metrics, logger });
  const watched = { admission, clock, onFailure: (error: StoreError): void => storeHealth.failed(error) };
  const leases = new LeaseKeeper(watched);
  const reaper = new Reaper({
    ...watched,
    firstShard: Math.floor(Math.random() * 64),
    onReaped: (count) => metrics.reservationsReaped(count),
    onAnswered: () => storeHealth.worked(),
  });
  const settler = buildSettler({ ...watched, metrics, logger });
  const upstream = createUpstream({
    ...configured.upstream,
    clock,
    random: Math.random,
    observe: observeUpstream({ metrics, logger, modelLabel: (target) => configured.modelLabel(target) }),
  });
  const fixed = {
    admission,
    directory: new CallerDirectory(keys, options.environment.peppers),
    guard: new AuthenticationGuard(configured.config.server.failedAuthenticationsPerMinute),
    scopes: new ScopeCache(() => configured.scopeRules, clock),
    bodies: new BodyBudget(() => configured.config.server.maxBodiesInFlightBytes),
    estimator: new TokenEstimator(),
    leases,
    settler,
    clock,
    metrics,
    logger,
    openStreams: metrics.openStreams,
    closing: () => !accepting,
    onStoreFailure: watched.onFailure,
    onDecision: (...[decision, tookMs]: Parameters<PipelineParts['onDecision']>): void => {
      metrics.admissionDecided(decision, tookMs);
      storeHealth.worked();
    },
  };
  const pipelineOf = (current: Configured): PipelineParts => ({
    ...current,
    ...fixed,
    upstream,
    stalledClientMs: current.config.routing.timeouts.idleMs,
    keepAliveMs: current.config.server.keepAliveCommentMs,
    costOf: ({ stage, upstream: { attempts } }) => chargeAttempts(stage.call, attempts, current.charges).costNanoUsd,
  });
  let pipeline = pipelineOf(configured);

  return {
    clock,
    metrics,
    logger,
    leases,
    reaper,
    settler,
    storeHealth,
    keyPage: fixed,
    configured: () => configured,
    pipeline: () => pipeline,
    accepting: () => accepting,
    stopAccepting: () => {
      accepting = false;
    },
    reconfigure: (config) => {
      const replaced = configured;
      configured = configure(config, clock);
      pipeline = pipelineOf(configured);
      upstream.update(configured.upstream);
      logger.setLevel(config.logging.level);
      return replaced;
    },
  };
}

const loggerFor = (config: Config, metrics: Metrics): Logger =>
  createLogger({ level: config.logging.level, onDropped: (lines) => metrics.logLinesDropped(lines) });

const buildSettler = ({
  metrics,
  logger,
  onFailure,
  ...watched
}: {
  readonly admission: AdmissionStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly onFailure: (error: StoreError) => void;
}): Settler =>
  new Settler({
    ...watched,
    producerId: randomUUID(),
    onSettled: (result) => metrics.settlementApplied(result),
    onFailure: (error) => {
      metrics.settlementApplied('failed');
      onFailure(error);
    },
    onPoison: (settlement, error) => {
      metrics.settlementApplied('failed');
      logger.error('a settlement cannot be applied; its event is in this line', {
        event: JSON.stringify(settlement.event),
        error: error instanceof Error ? error : String(error),
      });
    },
  });
