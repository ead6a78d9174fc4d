import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';

/** A process that the benchmark started. Whoever started it stops it. */
export interface Child {
  readonly pid: number;
  /** For those that were forked: sends a message, and resolves with the one that comes back. */
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** Where standard output and errors go. */
  readonly logPath: string;
}

export function startCommand({ command, args, env, directory, logPath }: Command): Child {
  const log = openSync(logPath, 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...env },
    ...(directory === undefined ? {} : { cwd: directory }),
  });
  closeSync(log);
  child.once('error', () => undefined);
  return childOf(child);
}

/** A module of ours in a process of its own; resolves with its first message. */
export async function forkModule(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ child: Child; ready: unknown }> {
  const forked = fork(path, args, { serialization: 'advanced', env: { ...process.env, ...env } });
  return { ready: await heard(forked), child: childOf(forked) };
}

function childOf(child: ChildProcess): Child {
  child.setMaxListeners(0);
  const exited = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    pid: child.pid ?? 0,
    ask: <Answer>(message: object) => {
      const answer = heard<Answer>(child);
      child.send(message);
      return answer;
    },
    stop: async () => {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const impatient = setTimeout(kill, 3000);
      await exited;
      clearTimeout(impatient);
    },
  };
}

/** The next message; rejects where the process ends instead. */
async function heard<Message>(child: ChildProcess): Promise<Message> {
  const ended = new AbortController();
  child.once('exit', (code) => ended.abort(new Error(`a process of the benchmark ended with ${code}`)));
  const [message] = await once(child, 'message', { signal: ended.signal });
  return message;
}

export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
