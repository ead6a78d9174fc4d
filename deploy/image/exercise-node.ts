import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { adminOperations, type AdminContext } from '../../packages/admin/src/index.ts';
import { loadConfig, pricesOf, readEnvironment } from '../../packages/config/src/index.ts';
import { systemClock } from '../../packages/core/src/index.ts';
import { connectStore, startGateway } from '../../packages/gateway/src/index.ts';
import { createMemoryStore } from '../../packages/store/src/index.ts';
import { createLogger } from '../../packages/telemetry/src/index.ts';
import { answerAsProvider, refuseCommands } from './stand-ins.ts';

/**
 * Has a node do once what a node does from its start to its first answers: config, keys, whole answers and streams,
 * metrics, journal and log. There is no Redis where images are built, so its store is in memory; then it starts once more
 * with something that speaks Redis' protocol and can do nothing, so that connecting and asking are among it.
 */
export async function exerciseNode(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-image-'));
  const provider = createServer(answerAsProvider).listen(0, '127.0.0.1');
  const redis = createTcpServer(refuseCommands).listen(0, '127.0.0.1');
  await Promise.all([once(provider, 'listening'), once(redis, 'listening')]);
  try {
    const variables = variablesIn(directory);
    writeFileSync(variables.TOLLGATE_CONFIG, configOf(portOf(provider.address())));
    const key = await callNode(variables);
    await callInVain({ ...variables, REDIS_URL: `redis://127.0.0.1:${portOf(redis.address())}` }, key);
  } finally {
    provider.closeAllConnections();
    provider.close();
    redis.close();
    rmSync(directory, { recursive: true });
  }
}

/** Resolves with the key that it called with. */
async function callNode(variables: ReturnType<typeof variablesIn>): Promise<string> {
  const environment = readEnvironment(variables, { required: ['TOLLGATE_KEY_PEPPERS', 'TOLLGATE_ADMIN_TOKEN'] });
  const config = loadConfig({ path: environment.configPath, environment: variables });
  const store = createMemoryStore({ clock: systemClock });
  const logger = createLogger({ level: 'info', stream: createWriteStream('/dev/null') });
  const node = await startGateway({ config, environment, store, logger });
  const context: AdminContext = {
    store: store.keys,
    report: store.report,
    books: store.books,
    clock: systemClock,
    mintingPepper: environment.peppers[0],
    tiers: () => Promise.resolve(config),
    prices: () => Promise.resolve(pricesOf(config)),
  };
  await adminOperations.createTenant.execute(context, { name: 'image' });
  const { key } = await adminOperations.createKey.execute(context, { tenant: 'image' });
  for (const stream of [false, true, false, true]) await ask(call({ port: node.publicPort, key, stream }), 200);
  for (const path of ['/healthz', '/readyz', '/metrics']) await ask({ port: node.operatorPort, path }, 200);
  await node.stop();
  await store.close();
  return key;
}

async function callInVain(
  variables: ReturnType<typeof variablesIn> & { REDIS_URL: string },
  key: string,
): Promise<void> {
  const environment = readEnvironment(variables);
  const config = loadConfig({ path: environment.configPath, environment: variables });
  const store = await connectStore(config, { clock: systemClock });
  const logger = createLogger({ level: 'info', stream: createWriteStream('/dev/null') });
  const node = await startGateway({ config, environment, store, logger });
  await ask(call({ port: node.publicPort, key, stream: false }), 503);
  await node.stop();
  await store.close();
}

const call = ({ port, key, stream }: { port: number; key: string; stream: boolean }): Asked => ({
  port,
  path: '/v1/chat/completions',
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'm', stream, max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] }),
});

const variablesIn = (directory: string) => ({
  PORT: '0',
  TOLLGATE_OPERATOR_PORT: '0',
  TOLLGATE_CONFIG: join(directory, 'config.yaml'),
  TOLLGATE_JOURNAL_DIR: join(directory, 'journal'),
  TOLLGATE_KEY_PEPPERS: 'v1:of-no-key-that-anybody-has-0123456789',
  TOLLGATE_ADMIN_TOKEN: 'of-no-node-that-anybody-runs-0123456789',
});

const configOf = (providerPort: number): string => `
version: 1
providers:
  local: { type: openai-compatible, base_url: "http://127.0.0.1:${providerPort}/v1", api_key: none }
models:
  m: { targets: [{ provider: local, model: m }] }
tiers:
  all:
    requests_per_minute: 1000
    tokens_per_minute: 1000000
    concurrency: 10
    models: ["*"]
    budgets: [{ usd: 1000, per: month }]
default_tier: all
pricing:
  local: { m: { input: 1, output: 1, context_window: 100000, max_output: 1000 } }
`;

interface Asked {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function ask({ body = '', headers = {}, ...to }: Asked, status: number): Promise<void> {
  const request = sendRequest({ host: '127.0.0.1', agent: false, headers, ...to });
  request.end(body);
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response === undefined) return;
  const said = await text(response);
  if (response.statusCode !== status) throw new Error(`${to.path} answered ${response.statusCode}: ${said}`);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
