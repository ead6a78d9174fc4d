import { StoreError } from '@tollgate/core';
import { fail, ok, warn, type Finding } from './finding.ts';

const oldestMajor = 7;

/** The server that the nodes share, by its own `INFO`. */
export async function examineServer(readInfo: () => Promise<string>): Promise<readonly Finding[]> {
  try {
    return judge(readFields(await readInfo()));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [fail('redis', error.message, 'start Redis, or set REDIS_URL to where it is')];
  }
}

type InfoFields = ReadonlyMap<string, string>;

const readFields = (info: string): InfoFields =>
  new Map(
    info.split(/\r?\n/).flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
    }),
  );

const judge = (fields: InfoFields): readonly Finding[] => [
  judgeVersion(fields),
  judgeEviction(fields),
  judgePersistence(fields),
  judgeRole(fields),
];

function judgeVersion(fields: InfoFields): Finding {
  const valkey = fields.get('valkey_version');
  const version = valkey ?? fields.get('redis_version') ?? 'unknown';
  const detail = `answers, ${valkey === undefined ? 'Redis' : 'Valkey'} ${version}`;
  if (Number.parseInt(version, 10) >= oldestMajor) return ok('redis', detail);
  return fail('redis', detail, `use Redis ${oldestMajor}.0 or later, or Valkey`);
}

/** An evicted key would be a limit or a budget forgotten. */
function judgeEviction(fields: InfoFields): Finding {
  const policy = fields.get('maxmemory_policy') ?? 'unknown';
  if (policy === 'noeviction') return ok('redis eviction', 'noeviction');
  const advice = '`CONFIG SET maxmemory-policy noeviction`, and in redis.conf';
  const detail = `${policy}: Redis may throw limits and spend away`;
  return fields.get('maxmemory') === '0'
    ? warn('redis eviction', `${detail} once maxmemory is set`, advice)
    : fail('redis eviction', detail, advice);
}

const judgePersistence = (fields: InfoFields): Finding =>
  fields.get('aof_enabled') === '1'
    ? ok('redis persistence', 'append-only file')
    : warn(
        'redis persistence',
        'no append-only file: a restart of Redis forgets what came after its last snapshot',
        '`CONFIG SET appendonly yes`, and in redis.conf',
      );

const judgeRole = (fields: InfoFields): Finding =>
  fields.get('role') === 'slave'
    ? fail('redis role', 'is a replica, which takes no writes', 'set REDIS_URL to the primary, or configure Sentinel')
    : ok('redis role', 'primary');
