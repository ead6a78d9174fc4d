import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A gateway node in a process of its own, as `npm run gateway` starts it. */
export interface NodeProcess {
  readonly url: string;
  readonly operatorUrl: string;
  readonly pid: number;
  /** All that it printed so far, on both streams. */
  printed(): string;
  /** Resolves once it has printed the text. */
  untilPrinted(text: string): Promise<void>;
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL' | 'SIGUSR2'): void;
  /** Resolves with the exit code once it has ended. */
  readonly exited: Promise<number | null>;
  readonly configPath: string;
  /** Ends it and removes what it left. */
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export const testAdminToken = 'admin-token-of-the-tests-0123456789';

export async function startNodeProcess(options: {
  readonly config: string;
  readonly redisUrl: string;
  readonly variables?: Record<string, string>;
}): Promise<NodeProcess> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-node-'));
  const configPath = join(directory, 'config.yaml');
  writeFileSync(configPath, options.config);
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      TOLLGATE_OPERATOR_PORT: '0',
      TOLLGATE_CONFIG: configPath,
      TOLLGATE_KEY_PEPPERS: 'v1:pepper-of-the-tests-0123456789',
      TOLLGATE_ADMIN_TOKEN: testAdminToken,
      REDIS_URL: options.redisUrl,
      ...options.variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  const output = collect(child);
  const ports = await Promise.race([output.ports, exited.then(() => failed(output.text()))]);
  return {
    url: `http://127.0.0.1:${ports.port}`,
    operatorUrl: `http://127.0.0.1:${ports.operatorPort}`,
    pid: child.pid ?? 0,
    printed: output.text,
    untilPrinted: output.until,
    signal: (name) => void child.kill(name),
    exited,
    configPath,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Ports {
  readonly port: number;
  readonly operatorPort: number;
}

interface Output {
  readonly ports: Promise<Ports>;
  text(): string;
  until(text: string): Promise<void>;
}

function collect(child: ChildProcess): Output {
  let text = '';
  const grown = new EventEmitter();
  const onChunk = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    grown.emit('grown');
  };
  child.stdout?.on('data', onChunk);
  child.stderr?.on('data', onChunk);
  const until = async <Found>(find: () => Found | null): Promise<Found> => {
    for (;;) {
      const found = find();
      if (found !== null) return found;
      await once(grown, 'grown');
    }
  };
  const listening = /"listening","port":(\d+),"operator_port":(\d+)/;
  return {
    text: () => text,
    until: async (wanted) => void (await until(() => text.includes(wanted) || null)),
    ports: until(() => listening.exec(text)).then(([, port, operatorPort]) => ({
      port: Number(port),
      operatorPort: Number(operatorPort),
    })),
  };
}

const failed = (text: string): never => {
  throw new Error(`the node ended before it listened:\n${text}`);
};

/** Calls the admin API; fails on an answer that is no success. */
export async function admin(
  node: { readonly operatorUrl: string },
  route: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const [method = '', path = ''] = route.split(' ');
  const response = await fetch(`${node.operatorUrl}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${testAdminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${route}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
