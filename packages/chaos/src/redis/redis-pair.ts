import { setTimeout as delay } from 'node:timers/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  connectToRedis,
  startFaultProxy,
  startRedis,
  type FaultProxy,
  type PrivateRedis,
  type RedisConnection,
} from '@tollgate/testkit';
import { readLedgerState, type LedgerState } from './ledger-state.ts';
import { ledgerPatterns, takeSnapshot } from './snapshot.ts';

/** What a fail-over lost: the old primary when nobody reached it any more, and the replica that took its place. */
export interface FailOver {
  /** The old primary is dead, the new one does not serve yet. */
  readonly atMs: number;
  readonly lagMs: number;
  readonly before: LedgerState;
  readonly after: LedgerState;
}

/** From then on the server was another one, or the same anew; none served in that moment. */
export interface RunChange {
  readonly atMs: number;
  readonly kind: 'restart' | 'fail-over';
}

interface Replica {
  readonly server: PrivateRedis;
  /** Between primary and replica. */
  readonly link: FaultProxy;
}

/** What is executed by then of what was sent before. */
const settlingMs = 100;

/** A primary with an append-only file, and a replica that may be made to lag. All that use it come through proxies. */
export class RedisPair {
  readonly runChanges: RunChange[] = [];
  readonly failOvers: FailOver[] = [];
  readonly #directory: string;
  readonly #proxies: readonly FaultProxy[];
  #primary: PrivateRedis;
  #replica: Replica;
  #servers = 1;

  private constructor(options: {
    readonly directory: string;
    readonly proxies: readonly FaultProxy[];
    readonly primary: PrivateRedis;
    readonly replica: Replica;
  }) {
    this.#directory = options.directory;
    this.#proxies = options.proxies;
    this.#primary = options.primary;
    this.#replica = options.replica;
  }

  static async start(directory: string, proxyCount: number): Promise<{ pair: RedisPair; proxies: FaultProxy[] }> {
    const primary = await startRedis({ args: persistent(directory, 0) });
    const replica = await startReplica(primary, persistent(directory, 1));
    const proxies = await Promise.all(Array.from({ length: proxyCount }, () => startFaultProxy(primary.port)));
    return { pair: new RedisPair({ directory, proxies, primary, replica }), proxies };
  }

  /** For looking past all proxies. */
  connect(): Promise<RedisConnection> {
    return connectToRedis(this.#primary.url);
  }

  async ask(command: string, ...args: readonly string[]): Promise<unknown> {
    const connection = await this.connect();
    try {
      return await connection.ask(command, ...args);
    } finally {
      connection.close();
    }
  }

  /** SIGKILL, and back from its append-only file. */
  async killAndRestart(awayMs: number): Promise<void> {
    const { port, url } = this.#primary;
    const directory = await directoryOf(url);
    await this.#primary.stop();
    await delay(awayMs);
    this.runChanges.push({ atMs: Date.now(), kind: 'restart' });
    this.#primary = await startRedis({ port, args: [...append, '--dir', directory] });
  }

  /** The replica takes over without what came in the last `lagMs`. `meanwhile` happens when both are frozen. */
  async failOver(lagMs: number, meanwhile: () => void): Promise<void> {
    await untilInSync(this.#replica.server);
    this.#replica.link.holdReplies();
    await delay(lagMs);
    for (const proxy of this.#proxies) proxy.holdRequests();
    await delay(settlingMs);
    const [before, after] = await Promise.all([stateOf(this.#primary.url), stateOf(this.#replica.server.url)]);
    meanwhile();
    await this.#primary.stop();
    await this.#replica.link.stop();
    this.#primary = this.#replica.server;
    const atMs = Date.now();
    const promoted = await this.connect();
    await promoted.ask('REPLICAOF', 'NO', 'ONE');
    promoted.close();
    for (const proxy of this.#proxies) {
      proxy.lead(this.#primary.port);
      proxy.cut();
      proxy.release();
    }
    this.runChanges.push({ atMs, kind: 'fail-over' });
    this.failOvers.push({ atMs, lagMs, before, after });
    this.#servers += 1;
    this.#replica = await startReplica(this.#primary, persistent(this.#directory, this.#servers));
  }

  async stop(): Promise<void> {
    await this.#replica.link.stop();
    await this.#replica.server.stop();
    await this.#primary.stop();
  }
}

const append = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--repl-diskless-sync-delay', '0'];

function persistent(directory: string, number: number): readonly string[] {
  const own = join(directory, `redis-${number}`);
  mkdirSync(own, { recursive: true });
  return [...append, '--dir', own];
}

async function startReplica(primary: PrivateRedis, args: readonly string[]): Promise<Replica> {
  const link = await startFaultProxy(primary.port);
  const server = await startRedis({ args: [...args, '--replicaof', '127.0.0.1', String(link.port)] });
  await untilInSync(server);
  return { server, link };
}

async function untilInSync({ url }: PrivateRedis): Promise<void> {
  const connection = await connectToRedis(url);
  while (!String(await connection.ask('INFO', 'replication')).includes('master_link_status:up')) await delay(50);
  connection.close();
}

async function directoryOf(url: string): Promise<string> {
  const connection = await connectToRedis(url);
  const reply = await connection.ask('CONFIG', 'GET', 'dir');
  connection.close();
  return Array.isArray(reply) ? String(reply[1]) : '';
}

async function stateOf(url: string): Promise<LedgerState> {
  const connection = await connectToRedis(url);
  try {
    return readLedgerState(await takeSnapshot(connection, ledgerPatterns));
  } finally {
    connection.close();
  }
}
