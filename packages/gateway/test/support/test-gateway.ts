import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, readEnvironment } from '@tollgate/config';
import {
  digestGatewayKey,
  mintGatewayKey,
  Secret,
  shardOfTenant,
  systemClock,
  type Budget,
  type KeyRecord,
  type Limits,
  type Pepper,
} from '@tollgate/core';
import { createMemoryStore } from '@tollgate/store';
import { createLogger } from '@tollgate/telemetry';
import { LogTail, type LogLine } from './log-tail.ts';
import { startGateway, type GatewayNode, type GatewayStore } from '@tollgate/gateway';

export interface TestGateway {
  readonly url: string;
  readonly operatorUrl: string;
  readonly node: GatewayNode;
  readonly store: GatewayStore;
  /** A working key of tenant `acme`, tier `pro`. */
  readonly key: string;
  readonly adminToken: string;
  /** Makes another key. */
  createKey(options?: KeyOptions): Promise<{ key: string; record: KeyRecord }>;
  /** The line of a request, once it was written: of an answer, of a client's own request id, or the next one. */
  requestLine(of?: Response | string): Promise<LogLine>;
  /** All that was logged so far. */
  logText(): string;
  /** From now on as if nothing had been logged before. */
  forgetLog(): void;
  chat(body: unknown, options?: ChatOptions): Promise<Response>;
  /** Puts another config in force, as a changed file does. */
  reload(config: string): void;
  stop(): Promise<void>;
}

export interface KeyOptions {
  readonly tenant?: string;
  readonly tier?: string;
  readonly limits?: Partial<Limits>;
  readonly budgets?: readonly Budget[];
  readonly models?: readonly string[];
  readonly expiresAtMs?: number;
}

export interface ChatOptions {
  readonly key?: string;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

const pepper: Pepper = { version: 'v1', secret: new Secret('pepper-of-the-tests-0123456789') };
const adminToken = 'admin-token-of-the-tests-0123456789';

/** A node in this process, on free ports, over the given store (in memory by default). */
export async function startTestGateway(options: {
  readonly config: string;
  readonly variables?: Record<string, string>;
  readonly store?: GatewayStore;
  readonly mostDrains?: number;
}): Promise<TestGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-gateway-'));
  const path = join(directory, 'config.yaml');
  writeFileSync(path, options.config);
  const variables = {
    PORT: '0',
    TOLLGATE_OPERATOR_PORT: '0',
    TOLLGATE_KEY_PEPPERS: `v1:${pepper.secret.reveal()}`,
    TOLLGATE_ADMIN_TOKEN: adminToken,
    ...options.variables,
  };
  const configured = () => loadConfig({ path, environment: variables });
  const store = options.store ?? createMemoryStore({ clock: systemClock });
  const log = new LogTail();
  const node = await startGateway({
    config: configured(),
    environment: readEnvironment(variables),
    store,
    logger: createLogger({ level: 'debug', stream: log.stream }),
    ...(options.mostDrains === undefined ? {} : { mostDrains: options.mostDrains }),
  });
  const url = `http://127.0.0.1:${node.publicPort}`;
  const createKey = (keyOptions: KeyOptions = {}) => createTestKey(store, keyOptions);
  const { key } = await createKey();
  return {
    url,
    operatorUrl: `http://127.0.0.1:${node.operatorPort}`,
    node,
    store,
    key,
    adminToken,
    createKey,
    logText: () => log.text,
    forgetLog: () => log.forget(),
    requestLine: (of) => log.requestLine(typeof of === 'string' ? of : (of?.headers.get('x-request-id') ?? undefined)),
    chat: (body, chatOptions = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${chatOptions.key ?? key}`,
          'content-type': 'application/json',
          ...chatOptions.headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(chatOptions.signal === undefined ? {} : { signal: chatOptions.signal }),
      }),
    reload: (config) => {
      writeFileSync(path, config);
      node.reload(configured());
    },
    stop: async () => {
      await node.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

let keysMade = 0;

async function createTestKey(store: GatewayStore, options: KeyOptions): Promise<{ key: string; record: KeyRecord }> {
  const tenant = options.tenant ?? 'acme';
  const shard = shardOfTenant(tenant);
  const createdAtMs = Date.now();
  await store.keys.createTenant({
    name: tenant,
    shard,
    status: 'active',
    version: 1,
    tier: options.tier ?? 'pro',
    limits: {},
    budgets: [],
    createdAtMs,
  });
  const { keyId, text } = mintGatewayKey(shard);
  keysMade += 1;
  const record: KeyRecord = {
    keyId,
    shard,
    tenant,
    name: `key-${keysMade}`,
    status: 'active',
    version: 1,
    tier: options.tier ?? 'pro',
    scopeId: keyId,
    pepperVersion: pepper.version,
    digest: digestGatewayKey(text, pepper),
    limits: options.limits ?? {},
    budgets: options.budgets ?? [],
    models: options.models,
    expiresAtMs: options.expiresAtMs,
    createdAtMs,
    rotatedTo: undefined,
  };
  await store.keys.createKey(record);
  return { key: text, record };
}
