import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPrice, repriceEvent, type PriceBook, type UsageEvent, type UsageEventAttempt } from '../src/index.ts';

const price = readPrice('test', {
  input: '1',
  output: '2',
  service_tiers: { flex: { input: '0.5', output: '1' } },
});
const prices: PriceBook = { price: (provider) => (provider === 'unpriced' ? undefined : price) };
const always = { sinceMs: 0, untilMs: undefined, provider: undefined, providerModel: undefined };

const usage = {
  input_uncached: 1000,
  cache_read: 0,
  cache_write_5m: 0,
  cache_write_1h: 0,
  input_audio: 0,
  output: 500,
  reasoning: 0,
  output_audio: 0,
  images: 0,
};

const attempt = (over: Partial<UsageEventAttempt> = {}): UsageEventAttempt => ({
  provider: 'openai',
  provider_model: 'm-1',
  credential: 'default',
  result: 'ok',
  usage,
  cost_nano_usd: '7',
  cost_source: 'computed',
  computed_nano_usd: '7',
  reported_nano_usd: null,
  price_id: 'old',
  ...over,
});

const eventWith = (attempts: UsageEventAttempt[], over: Partial<UsageEvent> = {}): UsageEvent => ({
  schema: 1,
  type: 'call',
  id: 'call-1',
  tenant: 'acme',
  key_id: 'k',
  scope_id: 'k',
  tier: 'pro',
  endpoint: 'chat_completions',
  model: 'm',
  stream: false,
  outcome: 'completed',
  error_code: null,
  attempts,
  usage,
  cost_nano_usd: String(attempts.reduce((sum, line) => sum + BigInt(line.cost_nano_usd), 0n)),
  estimated: false,
  tags: {},
  started_at_ms: 5000,
  duration_ms: 1,
  ...over,
});

const keep = (event: UsageEvent, repriced = '') => ({
  entryId: '1-0',
  sequence: '1',
  corrects: '',
  text: JSON.stringify(event),
  repriced,
});

const costsOf = (event: UsageEvent, scope = {}, repriced = ''): readonly string[] | undefined =>
  repriceEvent(keep(event, repriced), prices, { ...always, ...scope })?.repricing.event.attempts.map(
    (line) => line.cost_nano_usd,
  );

test('an attempt costs what its quantities cost by the price of its service tier', () => {
  assert.deepEqual(costsOf(eventWith([attempt()])), ['2000000']);
  assert.deepEqual(costsOf(eventWith([attempt({ service_tier: 'flex' })])), ['1000000']);
});

test('charges that a provider reported, that have no price or that nobody knows stay as they are', () => {
  const kept = [
    attempt({ cost_source: 'reported', reported_nano_usd: '7' }),
    attempt({ provider: 'unpriced' }),
    attempt({ result: 'lost', cost_source: 'estimated' }),
  ];
  assert.equal(costsOf(eventWith(kept)), undefined);
  assert.deepEqual(costsOf(eventWith([...kept, attempt()])), ['7', '7', '7', '2000000']);
});

test('a call that had no price is charged once it has one, and says by which', () => {
  const free = attempt({ cost_nano_usd: '0', cost_source: 'none', computed_nano_usd: null, price_id: null });
  const line = repriceEvent(keep(eventWith([free])), prices, always)?.repricing.event.attempts[0];
  assert.deepEqual(
    [line?.cost_nano_usd, line?.computed_nano_usd, line?.cost_source, line?.price_id, line?.replaces_nano_usd],
    ['2000000', '2000000', 'computed', price.id, '0'],
  );
});

test('only calls of the time, provider and model that are asked for are looked at', () => {
  const event = eventWith([attempt()]);
  assert.equal(costsOf(event, { sinceMs: 5001 }), undefined);
  assert.equal(costsOf(event, { untilMs: 5000 }), undefined);
  assert.equal(costsOf(event, { provider: 'azure' }), undefined);
  assert.equal(costsOf(event, { providerModel: 'm-2' }), undefined);
  assert.deepEqual(costsOf(event, { sinceMs: 5000, untilMs: 5001, provider: 'openai', providerModel: 'm-1' }), [
    '2000000',
  ]);
});

test('what was repriced is judged by its later charges, and not again by the same prices', () => {
  const event = eventWith([attempt()]);
  const first = repriceEvent(keep(event), prices, always);
  assert.deepEqual(first?.changed, [
    { provider: 'openai', providerModel: 'm-1', fromNanoUsd: 7n, toNanoUsd: 2_000_000n },
  ]);
  assert.equal(costsOf(event, {}, first.repricing.costs), undefined);
  const later = repriceEvent(keep(event, `3000000/other`), prices, always);
  assert.deepEqual([later?.repricing.replacesNanoUsd, later?.repricing.event.cost_nano_usd], [3_000_000n, '2000000']);
});

test('what is no usage event, or does not add up, is left alone', () => {
  const event = eventWith([attempt()]);
  assert.equal(costsOf({ ...event, cost_nano_usd: '8' }), undefined);
  assert.equal(repriceEvent({ ...keep(event), text: '{"schema":1}' }, prices, always), undefined);
  assert.equal(repriceEvent({ ...keep(event), text: 'no JSON' }, prices, always), undefined);
});
