import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@tollgate/core';
import { askRedis } from './ask-redis.ts';
import { socketPathFor } from './socket-path.ts';
import { stopOrphan } from './stop-orphan.ts';

export interface PrivateRedisOptions {
  /** redis-server or valkey-server. */
  readonly command: string;
  /** Keeps the append-only file and the log; absolute. */
  readonly dataDirectory: string;
  readonly clock: Clock;
  /** One line about something that happened to the server. */
  readonly say: (line: string) => void;
}

/** A Redis server of our own: started, kept running, and ended with us. */
export interface PrivateRedis {
  readonly url: string;
  /** Undefined while it is being started again. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const firstRestartMs = 100;
const lastRestartMs = 5_000;

/** Throws ServerInUseError, or an Error with the server's own last words. */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis> {
  const socketPath = socketPathFor(options.dataDirectory);
  for (const directory of [options.dataDirectory, dirname(socketPath)]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  }
  if ((await stopOrphan(socketPath)) === 'stopped') options.say('ended the Redis that a killed run had left behind');
  const supervisor = new Supervisor(options, socketPath);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements PrivateRedis {
  readonly url: string;
  readonly #options: PrivateRedisOptions;
  readonly #socketPath: string;
  #child: ChildProcess | undefined;
  #restartMs = firstRestartMs;
  #stopping = false;
  #cancelRestart: () => void = () => undefined;
  readonly #endWithProcess = (): void => void this.#child?.kill('SIGTERM');

  constructor(options: PrivateRedisOptions, socketPath: string) {
    this.#options = options;
    this.#socketPath = socketPath;
    this.url = `unix://${socketPath}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    process.once('exit', this.#endWithProcess);
    try {
      await this.#launch();
    } catch (error) {
      process.removeListener('exit', this.#endWithProcess);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRestart();
    process.removeListener('exit', this.#endWithProcess);
    const child = this.#child;
    if (child === undefined) return;
    child.ref();
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async #launch(): Promise<void> {
    const { command, dataDirectory } = this.#options;
    const log = openSync(join(dataDirectory, 'redis.log'), 'w', 0o600);
    // In a process group of its own: Ctrl-C is for us, and it ends last, once all is settled.
    const child = spawn(command, serverArguments(dataDirectory, this.#socketPath), {
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.unref();
    this.#child = child;
    const ended = once(child, 'exit');
    await Promise.race([this.#answering(), ended.then(() => failedToStart(dataDirectory))]).catch((error: unknown) => {
      this.#child = undefined;
      throw error;
    });
    this.#restartMs = firstRestartMs;
    void ended.then(() => this.#ended());
  }

  async #answering(): Promise<void> {
    while (this.#child !== undefined) {
      if ((await askRedis(this.#socketPath, 'PING'))?.startsWith('+PONG') === true) return;
      await sleep(10);
    }
  }

  #ended(): void {
    this.#child = undefined;
    if (this.#stopping) return;
    this.#options.say('its Redis ended unexpectedly and is started again');
    this.#restart();
  }

  #restart(): void {
    this.#cancelRestart = this.#options.clock.schedule(this.#restartMs, () => {
      this.#restartMs = Math.min(this.#restartMs * 2, lastRestartMs);
      this.#launch().catch((error: unknown) => {
        this.#options.say(error instanceof Error ? error.message : String(error));
        if (!this.#stopping) this.#restart();
      });
    });
  }
}

function serverArguments(dataDirectory: string, socketPath: string): readonly string[] {
  const settings = {
    port: '0', // None: the socket's directory says who may connect.
    unixsocket: socketPath,
    unixsocketperm: '700',
    dir: dataDirectory,
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

async function failedToStart(dataDirectory: string): Promise<never> {
  const log = join(dataDirectory, 'redis.log');
  const words = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-3).join('\n  ');
  throw new Error(
    `its Redis did not start (${log}):\n  ${words}\nSet REDIS_URL to use another one, or move ${dataDirectory} away to begin anew.`,
  );
}
