import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { checkConfig, ConfigError, loadConfig } from '../src/index.ts';

const fixtures = new URL('./fixtures/', import.meta.url);
const environment = { KEY_ONE: 'first-secret', KEY_TWO: 'second-secret' };

/** Every mistake that has a fixture, and all that is said about it. */
const refusals: Readonly<Record<string, readonly string[]>> = {
  'api-version': [
    '3 providers.azure: needs a `base_url`, such as `https://my-resource.openai.azure.com/openai/v1`',
    '4 providers.dated.api_version: goes with a `base_url` that ends in `/openai`; the v1 API has no versions',
    '5 providers.other.api_version: is for type `azure` alone: leave it out for type `openai`',
  ],
  alerts: [
    '2 alerts.spend_spike.factor: has to be at least 1',
    '4 alerts.webhooks[0].secret: is missing: write text',
    '5 alerts.webhooks[1].kinds[0]: has to be one of `budget_threshold`, `spend_spike`, not `budget_treshold`; did you mean `budget_threshold`?',
  ],
  webhooks: [
    '2 alerts.spend_spike.min_usd: has to be an amount of USD',
    '5 alerts.webhooks[1].name: `ops` stands twice: names differ',
    '5 alerts.webhooks[1].secret: is empty: make one with `openssl rand -hex 32`, and give it the receiver too',
  ],
  'anchor-bomb': ['1 : anchors are repeated too often: write the values out'],
  'bad-indent': ['3 : the indentation does not fit the lines above, or a bracket there is not closed'],
  'bad-name': [
    '2 providers.open/ai: a name is 1 to 64 letters, digits, `_`, `.` or `-`, and begins with a letter or digit',
  ],
  'base-urls': [
    '2 providers.a.base_url: has to be an address that begins with `http://` or `https://`',
    '3 providers.b.base_url: may not hold credentials: give the key as `api_key`',
    '4 providers.c.base_url: may not hold a query or fragment (`?` or `#`)',
    '5 providers.d: needs a `base_url`, such as `http://127.0.0.1:11434/v1`',
    '6 providers.e.base_url: has to be an address that begins with `http://` or `https://`',
  ],
  'budget-period': ['2 tiers.free.budgets[0].per: has to be one of `day`, `week`, `month`, `total`, not `year`'],
  budgets: [
    '5 tiers.free.budgets[0].usd: has to be an amount of USD above zero',
    '6 tiers.free.budgets[1].usd: has to be at most 9000000: the ledger is exact up to there',
    '7 tiers.free.budgets[2].usd: has to be an amount of USD above zero',
  ],
  charge: ['2 providers.openai.charge: type `openai` reports no cost: write `computed`'],
  credentials: [
    '4 providers.openai.api_key: stands beside `credentials`: keep one of them',
    '7 providers.openai.credentials[1].name: `a` stands twice: names differ',
  ],
  'duplicate-key': ['3 : the key `server` stands twice: keep one'],
  'empty-value': ['2 providers: has no value: write a mapping, or remove the key'],
  empty: ['1 : the file is empty: it has to begin with keys such as `version: 1` and `providers:`'],
  'key-prefix': ['1 redis.key_prefix: a prefix is 1 to 32 letters, digits, `_`, `.` or `-`'],
  'logging-level': [
    '1 budgets.alert_at[0]: has to be more than 0',
    '2 logging.level: has to be one of `error`, `warn`, `info`, `debug`, not `verbose`',
  ],
  'malformed-reference': [
    '2 redis.url: a reference is `${NAME}` or `${NAME:-default}`; write `$${` for the characters themselves',
    '3 redis.password: a reference is `${NAME}` or `${NAME:-default}`; write `$${` for the characters themselves',
  ],
  'missing-key': [
    '2 providers.openai.type: is missing: write one of `openrouter`, `openai`, `anthropic`, `gemini`, `azure`, `openai-compatible`',
  ],
  'missing-variable': [
    '1 redis.url: the environment variable REDIS_ADDRESS is not set: set it, or write a default: `${REDIS_ADDRESS:-…}`',
    '5 providers.openai.credentials[0].api_key: the environment variable NO_SUCH_KEY is not set: set it, or write a default: `${NO_SUCH_KEY:-…}`',
  ],
  'no-targets': ['2 models.gpt-4o-mini.targets: needs at least one entry'],
  'not-a-mapping': ['1 : the file is no mapping: it has to begin with keys such as `version: 1` and `providers:`'],
  observing: [
    '1 budgets.time_zone: is no known time zone: write one such as `UTC` or `Europe/Berlin`',
    '2 alerts.webhooks[0].url: has to be an address that begins with `http://` or `https://`',
    '3 tracing.otlp_endpoint: has to be an address that begins with `http://` or `https://`',
  ],
  'price-without-output': [
    '5 pricing.local.llama4.output: is missing: write an amount of USD',
    '6 pricing.local.llama5.input: has to be an amount of USD, not a list',
  ],
  prices: [
    '5 pricing.local.llama3.input: has to be USD per million tokens: a number, not negative',
    '5 pricing.local.llama3.output: has to be USD per million tokens: a number, not negative',
    '5 pricing.local.llama3.above[0].cache_read: has to be USD per million tokens: a number, not negative',
    '6 pricing.remote: no provider is named `remote`; known here: `local`',
  ],
  'quoted-number': ['2 tiers.free.requests_per_minute: has to be a whole number, not text'],
  'redis-address': [
    '1 redis.url: has to be an address that begins with `redis://`, `rediss://` or `unix://`',
    '1 redis.tls.ca_file: names a file that cannot be read',
  ],
  redis: [
    '1 redis: has `url` and `cluster`: keep one of them',
    '3 redis.cluster[1]: has to be `host` or `host:port`, such as `redis-1:6379`',
    '3 redis.cluster[2]: has to be `host` or `host:port`, such as `redis-1:6379`',
  ],
  'reference-without-quotes': [
    '1 : something here does not belong; a text with braces, brackets or quotes in it needs quotes',
  ],
  'reserved-name': ['2 models.__proto__: this name is reserved: choose another'],
  server: [
    '3 server.max_bodies_in_flight_bytes: is below `max_body_bytes`, so that no body of that size could ever be read',
    '4 server.trusted_proxies[1]: has to be an IP address or a block such as `10.0.0.0/8`',
    '4 server.trusted_proxies[2]: has to be an IP address or a block such as `10.0.0.0/8`',
    '6 routing.retry.max_ms: is below `base_ms`: the longest wait cannot be shorter than the first',
  ],
  'star-without-quotes': [
    '2 : the alias (`*name`) has no anchor (`&name`) above it; a text that begins with `*` needs quotes',
  ],
  'star-without-star': [
    '4 models.anything.targets[0].model: holds a `*`, but the model it serves has none: write the whole name',
  ],
  tab: ['2 : tabs cannot indent YAML: use spaces'],
  tag: ['1 : tags (`!name`) are not supported: remove it'],
  'tier-with-unknown-model': [
    '6 tiers.free.models[0]: no model is named `gpt-4o-mni` under `models`; did you mean `gpt-4o-mini`?',
  ],
  'two-documents': ['2 : the file holds several documents (`---`): keep one'],
  'two-stars': ['2 models.a*b*: a model name holds no spaces and at most one `*`'],
  unclosed: ['3 : the indentation does not fit the lines above, or a bracket there is not closed'],
  'undefined-provider': [
    '6 models.gpt-4o-mini.targets[0].provider: no provider is named `openruoter`; did you mean `openrouter`?',
  ],
  'unknown-key-near-nothing': ['2 budgets.currency: is no known key; known here: `time_zone`, `alert_at`'],
  'unknown-key': [
    '3 models.gpt-4o-mini.targets: is missing: write a list',
    '4 models.gpt-4o-mini.target: is no known key; did you mean `targets`?',
  ],
  'unknown-root-key': ['2 provider: is no known key; did you mean `providers`?'],
  'unknown-tier': ['3 default_tier: no tier is named `fre`; did you mean `free`?'],
  'wrong-choice': [
    '2 providers.main.type: has to be one of `openrouter`, `openai`, `anthropic`, `gemini`, `azure`, `openai-compatible`, not `opnai`; did you mean `openai`?',
    '3 providers.other.type: has to be one of `openrouter`, `openai`, `anthropic`, `gemini`, `azure`, `openai-compatible`',
  ],
  'wrong-type': [
    '2 server.max_body_bytes: has to be a whole number, not text',
    '4 routing.retry.after_timeout: has to be `true` or `false`, not a whole number',
    '6 tags.allowed: has to be a list, not text',
  ],
  'wrong-version': ['1 version: has to be `1`'],
  'zero-and-negative': [
    '3 tiers.free.requests_per_minute: has to be more than 0',
    '4 tiers.free.tokens_per_minute: has to be more than 0',
    '5 tiers.free.concurrency: has to be a whole number, not a fraction',
    '8 routing.retry.attempts: has to be at most 10',
    '8 routing.retry.budget_percent: has to be at most 100',
  ],
};

const problemsOf = (name: string): readonly string[] =>
  checkConfig({ path: new URL(`${name}.yaml.txt`, fixtures).pathname, environment }).problems.map(
    ({ path, line, message }) => `${line} ${path}: ${message}`,
  );

for (const [name, expected] of Object.entries(refusals)) {
  test(`a file is refused for ${name.replaceAll('-', ' ')}`, () => {
    assert.deepEqual(problemsOf(name), expected);
  });
}

test('every fixture is tested', () => {
  const files = readdirSync(fixtures).map((file) => file.replace(/\.yaml\.txt$/, ''));
  assert.deepEqual(files.toSorted(), Object.keys(refusals).toSorted());
});

test('no message repeats a secret', () => {
  for (const name of Object.keys(refusals)) {
    assert.doesNotMatch(problemsOf(name).join('\n'), /-secret|s3cret/i, name);
  }
});

test('loading throws one error that lists every problem as `file:line: path: message`', () => {
  const path = new URL('undefined-provider.yaml.txt', fixtures).pathname;
  assert.throws(
    () => loadConfig({ path, environment }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.problems.length, 1);
      assert.ok(error.message.startsWith(`${path}:6: models.gpt-4o-mini.targets[0].provider: no provider is named`));
      return true;
    },
  );
});

test('a file that cannot be read says how to name another', () => {
  assert.deepEqual(checkConfig({ path: '/no/such/config.yaml', environment }).problems, [
    { path: '', line: undefined, message: 'cannot be read (ENOENT): name the file with TOLLGATE_CONFIG' },
  ]);
});
