import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { checkConfigText, type CheckedConfig } from '../src/check-config.ts';
import { checkConfig, loadConfig, type Config, type Variables } from '../src/index.ts';

const check = (text: string, environment: Variables = {}): CheckedConfig => checkConfigText(text, environment);

function load(text: string, environment: Variables = {}): Config {
  const { config, problems } = check(text, environment);
  assert.deepEqual(problems, []);
  assert.ok(config);
  return config;
}

test('the file that ships is valid with no environment at all, and routes nothing then', () => {
  const { config, problems } = checkConfig({
    path: new URL('../../../config.yaml', import.meta.url).pathname,
    environment: {},
  });
  assert.deepEqual(problems, []);
  assert.ok(config);
  assert.deepEqual(config.redis.connection, { kind: 'none' });
  assert.equal(
    [...config.providers.values()].some(({ usable }) => usable),
    false,
  );
  assert.deepEqual(config.routes.exact.get('gpt-4o-mini')?.targets, []);
  assert.deepEqual(
    config.notes.slice(0, 3).map(({ path }) => path),
    ['providers.openrouter', 'providers.openai', 'providers.anthropic'],
  );
});

test('an almost empty file has every default', () => {
  const config = load('version: 1\n');
  assert.deepEqual(config.server, {
    maxBodyBytes: 33_554_432,
    maxBodiesInFlightBytes: 1_073_741_824,
    bodyTimeoutMs: 30_000,
    drainDelayMs: 0,
    drainMs: 30_000,
    keepAliveCommentMs: 15_000,
    trustedProxies: [],
    failedAuthenticationsPerMinute: 20,
  });
  assert.deepEqual(config.routing.retry, {
    attempts: 3,
    baseMs: 200,
    maxMs: 5000,
    budgetPercent: 20,
    afterTimeout: false,
  });
  assert.equal(config.routing.timeouts.totalMs, 900_000);
  assert.deepEqual(config.routing.breaker, { failures: 5, windowMs: 30_000, openMs: 15_000 });
  assert.equal(config.redis.onUnavailable, 'local_share');
  assert.deepEqual(config.budgets, { timeZone: 'UTC', alertAt: [0.5, 0.8, 1] });
  assert.deepEqual(config.logging, { level: 'info', content: 'off' });
  assert.deepEqual(config.alerts, { spendSpike: { factor: 4, minNanoUsd: 10_000_000_000n }, webhooks: [] });
  assert.deepEqual(config.archive, { directory: undefined, maxWaitingEvents: 500_000 });
  assert.equal(config.defaultTier, undefined);
});

test('a trusted proxy that comes out empty is left out', () => {
  const { server } = load('server: { trusted_proxies: ["", 10.0.0.0/8], drain_delay_seconds: 3 }');
  assert.deepEqual(server.trustedProxies, ['10.0.0.0/8']);
  assert.equal(server.drainDelayMs, 3_000);
});

test('tiers come out in exact money, hard budgets unless said otherwise', () => {
  const { tiers, defaultTier } = load(`
tiers:
  pro:
    requests_per_minute: 600
    models: ["gpt-*"]
    budgets: [{ usd: 100, per: month }, { usd: "0.30", per: day, soft: true }]
`);
  assert.deepEqual(tiers.get('pro'), {
    name: 'pro',
    limits: { requestsPerMinute: 600, tokensPerMinute: undefined, concurrency: undefined },
    models: ['gpt-*'],
    budgets: [
      { capNanoUsd: 100_000_000_000n, per: 'month', hard: true },
      { capNanoUsd: 300_000_000n, per: 'day', hard: false },
    ],
  });
  assert.equal(defaultTier, 'pro', 'the first tier is the default');
});

test('sentinel and cluster nodes are read with their ports, and TLS files by their content', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
  context.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'ca.pem'), 'CA TEXT');
  const sentinel = load(
    `redis: { sentinel: { name: main, nodes: [s1, "s2:26380"], password: "\${PASS}" }, tls: { ca_file: ${directory}/ca.pem } }`,
    { PASS: 'sentinel password' },
  ).redis;
  assert.ok(sentinel.connection.kind === 'sentinel');
  assert.deepEqual(sentinel.connection.nodes, [
    { host: 's1', port: 26379 },
    { host: 's2', port: 26380 },
  ]);
  assert.equal(sentinel.connection.sentinelPassword?.reveal(), 'sentinel password');
  assert.equal(sentinel.tls?.ca, 'CA TEXT');
  const cluster = load('redis: { cluster: ["[::1]:7000", redis-2] }').redis.connection;
  assert.deepEqual(cluster, {
    kind: 'cluster',
    nodes: [
      { host: '::1', port: 7000 },
      { host: 'redis-2', port: 6379 },
    ],
  });
});

test('REDIS_URL stands in where the file names no server', () => {
  const connection = load('version: 1', { REDIS_URL: 'redis://r:1' }).redis.connection;
  assert.ok(connection.kind === 'single');
  assert.equal(connection.url.reveal(), 'redis://r:1');
  const clustered = load('redis: { cluster: [a] }', { REDIS_URL: 'redis://r:1' }).redis.connection;
  assert.equal(clustered.kind, 'cluster');
});

test('a provider without a key is left out of routing and noted; a local server needs none', () => {
  const { config, notes } = check(
    `
providers:
  openai: { type: openai, credentials: [{ name: a, api_key: "\${A:-}" }, { name: b, api_key: "\${B:-}" }] }
  anthropic: { type: anthropic, api_key: "\${C:-}" }
  local: { type: openai-compatible, base_url: http://127.0.0.1:11434/v1 }
models:
  m: { targets: [{ provider: anthropic, model: claude-sonnet-5 }, { provider: openai, model: gpt-4o, weight: 2 }] }
  n: { targets: [{ provider: anthropic, model: claude-sonnet-5 }] }
`,
    { B: 'key b' },
  );
  assert.ok(config);
  assert.deepEqual(
    config.providers.get('openai')?.credentials.map(({ name, secret }) => [name, secret.reveal()]),
    [['b', 'key b']],
  );
  assert.equal(config.providers.get('anthropic')?.usable, false);
  assert.deepEqual(
    config.providers.get('local')?.credentials.map(({ secret }) => secret.isEmpty),
    [true],
  );
  assert.deepEqual(config.routes.exact.get('m')?.targets, [{ provider: 'openai', providerModel: 'gpt-4o', weight: 2 }]);
  assert.deepEqual(
    notes.map(({ path, message }) => `${path}: ${message}`),
    [
      'providers.openai.credentials[0].api_key: the key is empty, so that this credential is left out',
      'providers.anthropic: has no key, so that it is left out of routing',
      'models.n: has no usable target, so that calls for it are answered with 503',
    ],
  );
});

test('passwords of Redis that stand in the file are noted', () => {
  const pathsOf = (text: string): readonly string[] => check(text, { P: 'password' }).notes.map(({ path }) => path);
  assert.deepEqual(pathsOf('redis: { url: "redis://:literal@r:1" }'), ['redis.url']);
  assert.deepEqual(pathsOf('redis: { url: "redis://:${P}@r:1" }'), []);
  assert.deepEqual(pathsOf('redis: { url: "redis://r:1" }'), []);
  assert.deepEqual(pathsOf('redis: { sentinel: { name: m, nodes: [s], password: literal }, password: "${P}" }'), [
    'redis.sentinel.password',
  ]);
});

test('a target without a price and a secret in the file are noted', () => {
  const { notes } = check(`
providers:
  local: { type: openai-compatible, base_url: http://127.0.0.1:1/v1, api_key: literal }
models:
  llama: { targets: [{ provider: local, model: llama3 }] }
  priced: { targets: [{ provider: local, model: llama4 }] }
pricing:
  local: { llama4: { input: 0, output: 0 } }
`);
  assert.deepEqual(
    notes.map(({ line, path, message }) => `${line} ${path}: ${message}`),
    [
      '3 providers.local.api_key: a secret stands in the file: write `${NAME}` and set that environment variable instead',
      '5 models.llama: no price is known at `local`: hard budgets refuse it until `pricing.local."llama3"` has one',
    ],
  );
});

test('the config is frozen and does not print its secrets', () => {
  const config = load('providers: { openai: { type: openai, api_key: "${KEY}" } }\nredis: { url: "${URL}" }', {
    KEY: 'sk-very-secret',
    URL: 'redis://:hidden-password@r:1',
  });
  assert.throws(() => Object.assign(config.server, { drainMs: 1 }), TypeError);
  assert.throws(() => Object.assign(config.providers.get('openai') ?? {}, { usable: false }), TypeError);
  assert.doesNotMatch(inspect(config, { depth: 10 }), /very-secret|hidden-password/);
});

test('loading gives a config or throws a ConfigError, whatever the text', (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-config-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'config.yaml');
  const keys = fc.constantFrom(
    'version',
    'server',
    'redis',
    'url',
    'providers',
    'models',
    'targets',
    'tiers',
    'pricing',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('*', '${A}', '${', 'openai', '&a', '*a', 1, -1, null, true),
      tie('map'),
      tie('list'),
    ),
    map: fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
    list: fc.array(tie('tree'), { maxLength: 3 }),
  }));
  const asYaml = tree.map((value) => JSON.stringify(value).replaceAll('"', ''));
  const noise = fc.string({ unit: fc.constantFrom(...'abc:-*&!{}[]"\'#|>%@$\\ \t\n'.split('')), maxLength: 60 });
  fc.assert(
    fc.property(
      fc.oneof(
        noise,
        asYaml,
        tree.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        writeFileSync(path, text);
        try {
          return Object.isFrozen(loadConfig({ path, environment: {} }));
        } catch (error) {
          return error instanceof Error && error.name === 'ConfigError' && error.message.length > 0;
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('nesting that would exhaust the stack is refused', () => {
  const { problems } = check(`a: ${'['.repeat(100_000)}`);
  assert.deepEqual(problems, [{ path: '', line: 1, message: 'the file nests too deeply' }]);
});

test('a setting that has no effect yet is noted where it is set', () => {
  const { notes } = check(`
version: 1
logging: { content: 'on' }
`);
  assert.deepEqual(
    notes.filter(({ message }) => message.includes('no effect in this release')).map(({ path }) => path),
    ['logging.content'],
  );
});

test('a webhook has its secret from the environment, and without an address it is left out with a note', () => {
  const { config, notes } = check(`
alerts:
  webhooks:
    - { name: ops, url: 'https://example.com/hook', secret: '\${WEBHOOK_SECRET:-s}', kinds: [spend_spike] }
    - { name: chat, url: '\${NO_SUCH_URL:-}', secret: '\${NO_SUCH_SECRET:-}' }
    - { name: open, url: 'https://example.com/hook', secret: in-the-file }
`);
  assert.deepEqual(
    config?.alerts.webhooks.map(({ name, secret, kinds }) => [name, secret.reveal(), kinds]),
    [
      ['ops', 's', ['spend_spike']],
      ['open', 'in-the-file', ['budget_threshold', 'spend_spike']],
    ],
  );
  assert.deepEqual(
    notes.map(({ path }) => path),
    ['alerts.webhooks[1]', 'alerts.webhooks[2].secret'],
  );
});
