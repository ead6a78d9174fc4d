import type { Config } from '@tollgate/config';
import { buildOf } from '@tollgate/telemetry';
import { atTurnEnd, Batch, type Clock } from '@tollgate/core';
import { buildNode, type GatewayOptions, type NodeParts } from './build-node.ts';
import { closeProviders } from './configure.ts';
import { AuthenticationGuard } from './http/authentication-guard.ts';
import type { Readiness } from './server/health.ts';
import { listen, type Listener } from './server/listen.ts';
import { createOperatorApp } from './server/operator-app.ts';
import { createPublicApp } from './server/public-app.ts';

/** A gateway node that listens. */
export interface GatewayNode {
  readonly publicPort: number;
  readonly operatorPort: number;
  /** From the next request on; what is under way keeps what it began with. */
  reload(config: Config): void;
  /** The last config offered was bad, or is not any more. */
  configRefused(refused: boolean): void;
  /** Drains: not ready first, then no new requests, then all settled. Ends what still runs at the deadline. */
  stop(): Promise<void>;
}

const operatorDeadlineMs = 1_000;

/** Starts a node over a store that its caller owns. Resolves once both ports listen. */
export async function startGateway(options: GatewayOptions): Promise<GatewayNode> {
  const node = await buildNode(options);
  node.metrics.passedOver(() => node.settings.passedOver());
  const onFault = (error: unknown): void =>
    node.logger.error('a request failed in a way that nobody foresaw', {
      error: error instanceof Error ? error : String(error),
    });
  const shared = { clock: node.clock, build: buildOf(options.environment), onFault, readiness: () => readiness(node) };
  const publicListener = await listen(
    createPublicApp({
      ...shared,
      proxies: () => node.settings.configured.proxies,
      pipeline: () => node.settings.pipeline,
      arrivals: new Batch(atTurnEnd),
    }),
    { port: options.environment.port, clock: node.clock },
  );
  const operatorListener = await listen(createOperatorApp({ ...shared, ...operatorParts(options, node) }), {
    port: options.environment.operatorPort,
    clock: node.clock,
  });
  let stopped: Promise<void> | undefined;
  return {
    publicPort: publicListener.port,
    operatorPort: operatorListener.port,
    // Calls under way keep their connections, so nobody waits for the replaced ones to close.
    reload: (config) => void closeProviders(node.settings.replace(config)).catch(onFault),
    configRefused: (refused) => node.metrics.degraded('config_refused', refused),
    stop: () => (stopped ??= stop(node, { publicListener, operatorListener })),
  };
}

const readiness = (node: NodeParts): Readiness => ({
  accepting: !node.settings.draining,
  store: node.storeHealth.healthy || node.settings.configured.config.redis.onUnavailable !== 'fail_closed',
});

const operatorParts = ({ environment, store, scrape }: GatewayOptions, node: NodeParts) => ({
  metrics: node.metrics,
  scrape: scrape ?? (() => node.metrics.registry.metrics()),
  guard: new AuthenticationGuard(node.settings.configured.config.server.failedAuthenticationsPerMinute),
  adminToken: environment.adminToken,
  admin: {
    store: store.keys,
    report: store.report,
    books: store.books,
    clock: node.clock,
    mintingPepper: environment.peppers[0],
    tiers: () =>
      Promise.resolve({
        tiers: node.settings.configured.tiers,
        defaultTier: node.settings.configured.config.defaultTier,
      }),
    prices: () => Promise.resolve(node.settings.configured.charges.prices),
  },
});

/**
 * The order is the point: first not ready while calls are still taken, so that a load balancer that has not
 * noticed yet meets no closed port; then no more calls, no more leases to renew, nothing left to settle.
 */
async function stop(
  node: NodeParts,
  { publicListener, operatorListener }: { publicListener: Listener; operatorListener: Listener },
): Promise<void> {
  const { drainDelayMs, drainMs } = node.settings.configured.config.server;
  node.settings.startDraining();
  await elapsed(drainDelayMs, node.clock);
  await publicListener.drain(drainMs);
  await node.duties.stop();
  await node.settings.pipeline.tracer?.flush(operatorDeadlineMs);
  await operatorListener.drain(operatorDeadlineMs);
  await closeProviders(node.settings.configured);
  await node.logger.close();
}

const elapsed = (ms: number, clock: Clock): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve));
