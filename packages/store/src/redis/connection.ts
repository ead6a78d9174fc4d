import type { ConnectionOptions } from 'node:tls';
import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import type { RedisAddress, RedisTls, Secret } from '@tollgate/core';

export interface RedisConnectionSettings {
  readonly connection: RedisAddress;
  /** For sentinel and cluster; a single server's URL carries its own. */
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly tls?: RedisTls | undefined;
}

export type RedisClient = Redis | Cluster;

/**
 * Connects at once and for good: it keeps trying. Commands given while it is not connected fail instead of
 * waiting, and time out by a race outside of ioredis: its own timeout leaves the command to run unseen.
 */
export function connectRedis(settings: RedisConnectionSettings): RedisClient {
  const { connection } = settings;
  switch (connection.kind) {
    case 'single':
      return new Redis(connection.url.reveal(), { ...always, ...tlsOptions(settings.tls) });
    case 'sentinel':
      return new Redis({
        ...always,
        ...credentials(settings),
        ...tlsOptions(settings.tls),
        ...sentinelTls(settings.tls),
        name: connection.masterName,
        // A primary that hangs keeps its connections: the sentinels say when another one took its place.
        failoverDetector: true,
        sentinels: connection.nodes.map(({ host, port }) => ({ host, port })),
        ...(connection.sentinelUsername === undefined ? {} : { sentinelUsername: connection.sentinelUsername }),
        ...(connection.sentinelPassword === undefined
          ? {}
          : { sentinelPassword: connection.sentinelPassword.reveal() }),
      });
    case 'cluster':
      return new Cluster(
        connection.nodes.map(({ host, port }) => ({ host, port })),
        { ...clusterOptions, redisOptions: { ...perNode, ...credentials(settings), ...tlsOptions(settings.tls) } },
      );
  }
}

const perNode = { connectTimeout: 2000, maxRetriesPerRequest: 1 } satisfies RedisOptions;

const retryStrategy = (times: number): number => Math.min(50 * 2 ** Math.min(times, 6), 2000);

const always = {
  ...perNode,
  enableOfflineQueue: false,
  enableAutoPipelining: true,
  retryStrategy,
} satisfies RedisOptions;

/** What cannot be served now is told at once, not tried again unseen while nobody waits any more. */
const clusterOptions = {
  maxRedirections: 3,
  retryDelayOnTryAgain: 20,
  retryDelayOnFailover: 20,
  retryDelayOnClusterDown: 20,
  slotsRefreshInterval: 5000,
  enableOfflineQueue: false,
  // Commands that share a pipeline share its fate: one whose slot is moving would fail those of others with it.
  enableAutoPipelining: false,
  clusterRetryStrategy: retryStrategy,
} satisfies ClusterOptions;

const credentials = ({
  username,
  password,
}: RedisConnectionSettings): { readonly username?: string; readonly password?: string } => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password: password.reveal() }),
});

const tlsOptions = (tls: RedisTls | undefined): { readonly tls?: ConnectionOptions } =>
  tls === undefined ? {} : { tls: handshake(tls) };

/** Sentinels and servers are behind the same certificates. */
const sentinelTls = (
  tls: RedisTls | undefined,
): { readonly enableTLSForSentinelMode?: true; readonly sentinelTLS?: ConnectionOptions } =>
  tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: handshake(tls) };

const handshake = (tls: RedisTls): ConnectionOptions => ({
  ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  ...(tls.cert === undefined ? {} : { cert: tls.cert }),
  ...(tls.key === undefined ? {} : { key: tls.key.reveal() }),
  ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
});
