import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { adminOperations, type AdminContext } from '../../packages/admin/src/index.ts';
import { loadConfig, pricesOf, readEnvironment } from '../../packages/config/src/index.ts';
import { systemClock } from '../../packages/core/src/index.ts';
import { startGateway } from '../../packages/gateway/src/index.ts';
import { createMemoryStore } from '../../packages/store/src/index.ts';
import { createLogger } from '../../packages/telemetry/src/index.ts';

/**
 * Has a node do once what a node does from its start to its first answers: config, keys, whole answers and streams,
 * metrics, journal and log. There is no Redis where images are built, so its store is in memory.
 */
export async function exerciseNode(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-image-'));
  const provider = createServer(answer).listen(0, '127.0.0.1');
  await once(provider, 'listening');
  try {
    await callNode(directory, portOf(provider.address()));
  } finally {
    provider.closeAllConnections();
    provider.close();
    rmSync(directory, { recursive: true });
  }
}

async function callNode(directory: string, providerPort: number): Promise<void> {
  const variables = variablesIn(directory);
  writeFileSync(variables.TOLLGATE_CONFIG, configOf(providerPort));
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
  for (const stream of [false, true, false, true]) {
    const body = JSON.stringify({ model: 'm', stream, max_tokens: 9, messages: [{ role: 'user', content: 'hello' }] });
    const at = { port: node.publicPort, path: '/v1/chat/completions', method: 'POST' };
    await ask({ ...at, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } }, body);
  }
  for (const path of ['/healthz', '/readyz', '/metrics']) await ask({ port: node.operatorPort, path });
  await node.stop();
  await store.close();
}

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

async function ask(to: { port: number; path: string; method?: string; headers?: object }, body = ''): Promise<void> {
  const request = sendRequest({ host: '127.0.0.1', agent: false, ...to, headers: { ...to.headers } });
  request.end(body);
  const [response]: IncomingMessage[] = await once(request, 'response');
  if (response === undefined) return;
  const said = await text(response);
  if (response.statusCode !== 200) throw new Error(`${to.path} answered ${response.statusCode}: ${said}`);
}

/** As a provider does: whole, or in a stream. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const usage = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
  const said = { id: 'chatcmpl-1', created: 1, model: 'm' };
  const chunk = (choices: readonly object[]): string =>
    `data: ${JSON.stringify({ ...said, object: 'chat.completion.chunk', choices, usage: choices.length === 0 ? usage : null })}\n\n`;
  const piece = (content: string) => [{ index: 0, delta: { content }, finish_reason: null }];
  void text(request).then((asked) => {
    if (!asked.includes('"stream":true')) {
      const choices = [{ index: 0, message: { role: 'assistant', content: 'hello you' }, finish_reason: 'stop' }];
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...said, object: 'chat.completion', choices, usage }));
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of ['hel', 'lo', ' you', ' there']) response.write(chunk(piece(content)));
    const end = chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]) + chunk([]);
    return response.end(`${end}data: [DONE]\n\n`);
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
