import { setTimeout as delay } from 'node:timers/promises';
import { askRedis } from './ask-redis.ts';
import { startRedis, startSentinel, unusedPort, type PrivateRedis, type RedisServerOptions } from './redis.ts';

/** A replica that has caught up with its primary. */
export async function startReplica(
  primary: Pick<PrivateRedis, 'port'>,
  options: RedisServerOptions = {},
): Promise<PrivateRedis> {
  const replica = await startRedis({
    ...options,
    args: [...(options.args ?? []), '--replicaof', '127.0.0.1', String(primary.port)],
  });
  await until(async () => String(await askRedis(replica.url, 'INFO', 'replication')).includes('master_link_status:up'));
  await untilAcknowledged(`redis://127.0.0.1:${primary.port}`);
  return replica;
}

/** A replica takes up to a second to tell its primary for the first time what it has; before that nobody can wait for it. */
async function untilAcknowledged(primaryUrl: string): Promise<void> {
  await askRedis(primaryUrl, 'SET', 'testkit', 'is replicated');
  await askRedis(primaryUrl, 'DEL', 'testkit');
  await until(async () => {
    const info = String(await askRedis(primaryUrl, 'INFO', 'replication'));
    const acknowledged = Number(/^slave\d+:.*\boffset=(\d+)/m.exec(info)?.[1]);
    return acknowledged > 0 && acknowledged >= Number(/^master_repl_offset:(\d+)/m.exec(info)?.[1]);
  });
}

export interface SentinelGroup {
  readonly primary: PrivateRedis;
  readonly replica: PrivateRedis;
  readonly sentinels: readonly PrivateRedis[];
  /** Where the sentinels say that the primary `main` is. */
  primaryPort(): Promise<number>;
  stop(): Promise<void>;
}

/** A primary, a replica and three sentinels. Resolves once the sentinels know of each other and of the replica. */
export async function startSentinelGroup(): Promise<SentinelGroup> {
  const args = ['--repl-diskless-sync-delay', '0'];
  const primary = await startRedis({ args });
  const replica = await startReplica(primary, { args });
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(primary.port)));
  const [asked] = sentinels;
  if (asked === undefined) throw new Error('there are three');
  for (const { url } of sentinels) {
    await until(async () => {
      const fields = texts(await askRedis(url, 'SENTINEL', 'MASTER', 'main'));
      const field = (name: string): string | undefined => fields[fields.indexOf(name) + 1];
      return field('num-slaves') === '1' && field('num-other-sentinels') === '2';
    });
  }
  return {
    primary,
    replica,
    sentinels,
    primaryPort: async () => {
      const [, port] = texts(await askRedis(asked.url, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main'));
      return Number(port);
    },
    stop: async () => {
      await Promise.all([...sentinels, replica, primary].map((server) => server.stop()));
    },
  };
}

export interface RedisClusterGroup {
  /** Three, each with a third of the slots. */
  readonly primaries: readonly PrivateRedis[];
  /** One for each primary, in their order. */
  readonly replicas: readonly PrivateRedis[];
  stop(): Promise<void>;
}

/** A server of a Cluster. Somebody may take a port between its being found and used: then there is another try. */
async function startMember(args: readonly string[]): Promise<{ server: PrivateRedis; busPort: number }> {
  for (let triesLeft = 2; ; triesLeft -= 1) {
    // By default the servers talk to each other at a port 10,000 higher, which may be none.
    const busPort = await unusedPort();
    try {
      return { server: await startRedis({ args: [...args, '--cluster-port', String(busPort)] }), busPort };
    } catch (error) {
      if (triesLeft === 0) throw error;
    }
  }
}

/** Three primaries with a replica each. Resolves once all agree that the Cluster serves. */
export async function startRedisCluster(): Promise<RedisClusterGroup> {
  const args = [
    '--cluster-enabled yes --cluster-announce-ip 127.0.0.1 --cluster-node-timeout 1500',
    '--repl-diskless-sync-delay 0 --cluster-allow-replica-migration no --cluster-require-full-coverage no',
  ].flatMap((some) => some.split(' '));
  const members = await Promise.all(Array.from({ length: 6 }, () => startMember(args)));
  const servers = members.map(({ server }) => server);
  const primaries = servers.slice(0, 3);
  const replicas = servers.slice(3);
  const [first] = primaries;
  if (first === undefined) throw new Error('there are three');
  const bounds = [0, 5461, 10_923, 16_384];
  for (const [index, { url }] of primaries.entries()) {
    await askRedis(url, 'CLUSTER', 'ADDSLOTSRANGE', bounds[index] ?? 0, (bounds[index + 1] ?? 0) - 1);
  }
  for (const [index, { port }] of servers.entries()) {
    if (index > 0) await askRedis(first.url, 'CLUSTER', 'MEET', '127.0.0.1', port, members[index]?.busPort ?? 0);
  }
  for (const { url } of servers) {
    await until(
      async () =>
        String(await askRedis(url, 'CLUSTER', 'NODES'))
          .trim()
          .split('\n').length === servers.length,
    );
  }
  for (const [index, replica] of replicas.entries()) {
    const id = String(await askRedis(primaries[index]?.url ?? '', 'CLUSTER', 'MYID'));
    await until(async () => String(await askRedis(replica.url, 'CLUSTER', 'NODES')).includes(id));
    await askRedis(replica.url, 'CLUSTER', 'REPLICATE', id);
  }
  for (const replica of replicas) {
    await until(async () =>
      String(await askRedis(replica.url, 'INFO', 'replication')).includes('master_link_status:up'),
    );
  }
  for (const { url } of servers) {
    await until(async () => String(await askRedis(url, 'CLUSTER', 'INFO')).includes('cluster_state:ok'));
  }
  return {
    primaries,
    replicas,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

const texts = (reply: unknown): readonly string[] => (Array.isArray(reply) ? reply.map(String) : []);

/** Asks again until it is so. */
export async function until(isSo: () => Promise<boolean>, { withinMs = 20_000 } = {}): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > endMs) throw new Error(`not so within ${withinMs} ms: ${isSo.toString()}`);
    await delay(20);
  }
}
