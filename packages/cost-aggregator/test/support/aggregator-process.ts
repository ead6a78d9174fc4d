import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** An aggregator in a process of its own, as `npm run cost-aggregator` starts it. */
export interface AggregatorProcess extends AsyncDisposable {
  readonly operatorUrl: string;
  printed(): string;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Resolves with the exit code once it has ended. */
  readonly exited: Promise<number | null>;
}

export async function startAggregatorProcess(options: {
  readonly redisUrl: string;
  readonly keyPrefix: string;
  /** More of config.yaml. */
  readonly config?: string;
  /** The most that it may write into one file. */
  readonly limit?: { readonly fileBytes: number };
}): Promise<AggregatorProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-aggregator-'));
  const configPath = join(directory, 'config.yaml');
  writeFileSync(
    configPath,
    `version: 1\nredis: { key_prefix: ${options.keyPrefix}, url: "${options.redisUrl}" }\n${options.config ?? ''}`,
  );
  const limited = `ulimit -f ${(options.limit?.fileBytes ?? 0) / 512}; exec "$0" "$@"`;
  const command =
    options.limit === undefined ? [process.execPath, main] : ['sh', '-c', limited, process.execPath, main];
  const child = spawn(command[0] ?? '', command.slice(1), {
    env: { PATH: process.env['PATH'], TOLLGATE_OPERATOR_PORT: '0', TOLLGATE_CONFIG: configPath },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  let text = '';
  const grown = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      grown.emit('grown');
    });
  }
  const port = async (): Promise<string> => {
    for (;;) {
      const [, found] = /"aggregating","operator_port":(\d+)/.exec(text) ?? [];
      if (found !== undefined) return found;
      await once(grown, 'grown');
    }
  };
  const ended = exited.then((): never => {
    throw new Error(`the aggregator ended before it was ready:\n${text}`);
  });
  return {
    operatorUrl: `http://127.0.0.1:${await Promise.race([port(), ended])}`,
    printed: () => text,
    signal: (name) => void child.kill(name),
    exited,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
