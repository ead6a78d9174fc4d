import type { Secret } from '@tollgate/core';
import { isIP } from 'node:net';
import type { Config, ServerConfig } from '../config.ts';
import { byLine } from '../problem.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { buildAlerts, buildArchive, buildBudgets, buildTracing } from './build-observing.ts';
import { buildPricing, noteUnpriced } from './build-pricing.ts';
import { buildProviders } from './build-providers.ts';
import { buildRedis } from './build-redis.ts';
import { buildRoutes } from './build-routes.ts';
import { buildRouting } from './build-routing.ts';
import { buildTiers, chooseDefaultTier } from './build-tiers.ts';
import { freezeDeep } from './freeze-deep.ts';
import { noteWithoutEffect } from './note-without-effect.ts';
import { addProblem, type Report } from './report.ts';

/** The file in core's types. Where `report` has problems afterwards, the config is not to be used. */
export function buildConfig(file: ConfigFile, redisUrl: Secret | undefined, report: Report): Config {
  const providers = buildProviders(file, report);
  const routes = buildRoutes(file, providers, report);
  const pricing = buildPricing(file, providers, report);
  noteWithoutEffect(file, report);
  if (report.problems.length === 0) noteUnpriced({ pricing, routes }, providers, report);
  return freezeDeep({
    server: buildServer(file.server, report),
    redis: buildRedis(file.redis, redisUrl, report),
    providers,
    routes,
    routing: buildRouting(file.routing, report),
    tiers: buildTiers(file, routes, report),
    defaultTier: chooseDefaultTier(file, report),
    pricing,
    budgets: buildBudgets(file.budgets, report),
    tags: { allowed: file.tags.allowed, maxValues: file.tags.max_values },
    alerts: buildAlerts(file.alerts, report),
    archive: buildArchive(file.archive),
    logging: file.logging,
    tracing: buildTracing(file.tracing, report),
    notes: byLine(report.notes),
  });
}

function buildServer(server: ConfigFile['server'], report: Report): ServerConfig {
  if (server.max_bodies_in_flight_bytes < server.max_body_bytes) {
    const message = 'is below `max_body_bytes`, so that no body of that size could ever be read';
    addProblem(report, ['server', 'max_bodies_in_flight_bytes'], message);
  }
  for (const [index, proxy] of server.trusted_proxies.entries()) {
    if (proxy === '' || isAddressBlock(proxy)) continue;
    addProblem(report, ['server', 'trusted_proxies', index], 'has to be an IP address or a block such as `10.0.0.0/8`');
  }
  return {
    maxBodyBytes: server.max_body_bytes,
    maxBodiesInFlightBytes: server.max_bodies_in_flight_bytes,
    bodyTimeoutMs: server.body_timeout_seconds * 1000,
    drainDelayMs: server.drain_delay_seconds * 1000,
    drainMs: server.drain_seconds * 1000,
    keepAliveCommentMs: server.keep_alive_comment_seconds === 0 ? undefined : server.keep_alive_comment_seconds * 1000,
    trustedProxies: server.trusted_proxies.filter((proxy) => proxy !== ''),
    failedAuthenticationsPerMinute: server.failed_authentications.per_minute,
  };
}

function isAddressBlock(text: string): boolean {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(prefix ?? 0) <= (family === 4 ? 32 : 128);
}
