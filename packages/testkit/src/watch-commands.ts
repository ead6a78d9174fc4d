import { EventEmitter, once } from 'node:events';
import { Redis } from 'ioredis';

/** Runs of each script by its SHA, while somebody watched. */
export type ScriptCounts = ReadonlyMap<string, number>;

export interface CommandWatch {
  /** Resolves with the counts once they satisfy the condition. */
  until(condition: (counts: ScriptCounts) => boolean): Promise<ScriptCounts>;
  stop(): Promise<void>;
}

/** Counts the scripts that anybody runs on a Redis, by MONITOR: for servers of a test's own. */
export async function watchCommands(url: string): Promise<CommandWatch> {
  const connection = new Redis(url);
  const monitor = await connection.monitor();
  const counts = new Map<string, number>();
  const counted = new EventEmitter();
  monitor.on('monitor', (_time: string, [command = '', sha = '']: string[]) => {
    if (command.toLowerCase() !== 'evalsha') return;
    counts.set(sha, (counts.get(sha) ?? 0) + 1);
    counted.emit('counted');
  });
  return {
    until: async (condition) => {
      while (!condition(counts)) await once(counted, 'counted');
      return new Map(counts);
    },
    stop: async () => {
      monitor.disconnect();
      await connection.quit();
    },
  };
}
