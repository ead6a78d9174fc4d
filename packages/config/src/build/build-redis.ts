import { readFileSync } from 'node:fs';
import { Secret, type RedisNode, type RedisTls } from '@tollgate/core';
import type { RedisConfig, RedisConnection } from '../config.ts';
import type { Path } from '../problem.ts';
import type { ConfigFile } from '../schema/config-file.ts';
import { isRedisUrl, redisUrlHint } from './redis-url.ts';
import { addProblem, blankToUndefined, noteLiteralSecret, type Report } from './report.ts';

type RedisFile = ConfigFile['redis'];

/** `redisUrl` is the environment's REDIS_URL: it stands in where the file names no server. */
export const buildRedis = (redis: RedisFile, redisUrl: Secret | undefined, report: Report): RedisConfig => ({
  connection: buildConnection(redis, redisUrl, report),
  username: blankToUndefined(redis.username),
  password: readSecret(redis.password, ['redis', 'password'], report),
  tls: redis.tls === undefined ? undefined : buildTls(redis.tls, report),
  keyPrefix: redis.key_prefix,
  timeoutMs: redis.timeout_ms,
  onUnavailable: redis.on_unavailable,
  durability: redis.durability,
});

const secretOf = (text: string | undefined): Secret | undefined =>
  text === undefined || text === '' ? undefined : new Secret(text);

function readSecret(text: string | undefined, path: Path, report: Report): Secret | undefined {
  const secret = secretOf(text);
  if (secret !== undefined) noteLiteralSecret(report, path);
  return secret;
}

function buildConnection(redis: RedisFile, redisUrl: Secret | undefined, report: Report): RedisConnection {
  const url = secretOf(redis.url);
  const named = [url && 'url', redis.sentinel && 'sentinel', redis.cluster && 'cluster'].filter(
    (key) => key !== undefined,
  );
  if (named.length > 1) {
    addProblem(report, ['redis'], `has ${named.map((key) => `\`${key}\``).join(' and ')}: keep one of them`);
  }
  if (redis.sentinel !== undefined) {
    return {
      kind: 'sentinel',
      masterName: redis.sentinel.name,
      nodes: buildNodes(redis.sentinel.nodes, { path: ['redis', 'sentinel', 'nodes'], defaultPort: 26379, report }),
      sentinelUsername: blankToUndefined(redis.sentinel.username),
      sentinelPassword: readSecret(redis.sentinel.password, ['redis', 'sentinel', 'password'], report),
    };
  }
  if (redis.cluster !== undefined) {
    return {
      kind: 'cluster',
      nodes: buildNodes(redis.cluster, { path: ['redis', 'cluster'], defaultPort: 6379, report }),
    };
  }
  const chosen = url ?? redisUrl;
  if (chosen === undefined) return { kind: 'none' };
  if (url !== undefined) checkUrl(url, report);
  return { kind: 'single', url: chosen };
}

function checkUrl(url: Secret, report: Report): void {
  const path = ['redis', 'url'];
  if (!isRedisUrl(url.reveal())) addProblem(report, path, redisUrlHint);
  else if (URL.parse(url.reveal())?.password) noteLiteralSecret(report, path);
}

interface NodeReading {
  readonly path: Path;
  readonly defaultPort: number;
  readonly report: Report;
}

function buildNodes(nodes: readonly string[], { path, defaultPort, report }: NodeReading): readonly RedisNode[] {
  return nodes.flatMap((node, index) => {
    const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9_.-]+))(?::(\d{1,5}))?$/.exec(node) ?? [];
    const host = bracketed ?? plain;
    if (host !== undefined && Number(port ?? defaultPort) <= 65535)
      return [{ host, port: Number(port ?? defaultPort) }];
    addProblem(report, [...path, index], `has to be \`host\` or \`host:port\`, such as \`redis-1:${defaultPort}\``);
    return [];
  });
}

function buildTls(tls: NonNullable<RedisFile['tls']>, report: Report): RedisTls {
  const read = (key: 'ca_file' | 'cert_file' | 'key_file'): string | undefined => {
    const file = blankToUndefined(tls[key]);
    if (file === undefined) return undefined;
    try {
      return readFileSync(file, 'utf8');
    } catch {
      addProblem(report, ['redis', 'tls', key], 'names a file that cannot be read');
      return undefined;
    }
  };
  return {
    ca: read('ca_file'),
    cert: read('cert_file'),
    key: secretOf(read('key_file')),
    serverName: blankToUndefined(tls.server_name),
  };
}
