import { EventEmitter, once } from 'node:events';
import { Redis } from 'ioredis';

/** Runs of each script, by its SHA or, of a function, its name, while somebody watched. */
export type ScriptCounts = ReadonlyMap<string, number>;

export interface CommandWatch {
  /** Resolves with the counts once they satisfy the condition. */
  until(condition: (counts: ScriptCounts) => boolean): Promise<ScriptCounts>;
  /** The connections that ran a script so far, by its SHA or name. */
  connectionsOf(name: string): ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Counts the scripts that anybody runs on a Redis, by MONITOR: for servers of a test's own. */
export async function watchCommands(url: string): Promise<CommandWatch> {
  const connection = new Redis(url);
  const monitor = await connection.monitor();
  const counts = new Map<string, number>();
  const connections = new Map<string, Set<string>>();
  const counted = new EventEmitter();
  monitor.on('monitor', (_time: string, [command = '', name = '']: string[], source: string) => {
    if (!/^(evalsha|fcall)$/i.test(command)) return;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    connections.set(name, (connections.get(name) ?? new Set()).add(source));
    counted.emit('counted');
  });
  return {
    until: async (condition) => {
      while (!condition(counts)) await once(counted, 'counted');
      return new Map(counts);
    },
    connectionsOf: (name) => connections.get(name) ?? new Set(),
    stop: async () => {
      monitor.disconnect();
      await connection.quit();
    },
  };
}
