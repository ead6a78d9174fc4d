import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeFor, createPriceBook, noUsage, readPrice, shippedPrices, type Price } from '../src/index.ts';
import { readPriceRows } from '../src/pricing/shipped/read-price-rows.ts';

const book = createPriceBook({ overrides: {}, shipped: shippedPrices(), typeOf: (provider) => provider });

function priceOf(provider: string, model: string): Price {
  const price = book.price(provider, model);
  assert.ok(price, `${provider}/${model} is unpriced`);
  return price;
}

test('every shipped price can be read, and its output costs no less than its cached input', () => {
  for (const [type, models] of Object.entries(shippedPrices())) {
    for (const [model, spec] of Object.entries(models)) {
      const price = readPrice(`${type}/${model}`, spec);
      for (const { rates } of [price, ...price.tiers, ...price.serviceTiers.values()]) {
        assert.ok(rates.input > 0n || rates.unit > 0n || model.startsWith('omni-moderation'), model);
        assert.ok(rates.cacheRead <= rates.input, model);
        assert.ok(rates.output >= rates.cacheRead || price.maxOutputTokens === 0, model);
      }
      for (const tier of price.tiers) assert.ok(tier.rates.input >= price.rates.input, model);
    }
  }
});

test('an OpenAI call costs what its price page says', () => {
  const usage = { ...noUsage, inputUncached: 1000, cacheRead: 2000, output: 500 };
  assert.equal(chargeFor(usage, priceOf('openai', 'gpt-4o-mini'), 'default'), 600_000n);
  assert.equal(chargeFor(usage, priceOf('openai', 'gpt-4o-mini-2024-07-18'), 'default'), 600_000n);
  assert.equal(chargeFor(usage, priceOf('openai', 'gpt-4o-mini'), 'priority'), 1_000_000n);
});

test('an Anthropic call costs what its price page says, cache writes of both kinds included', () => {
  const usage = { ...noUsage, inputUncached: 10, cacheRead: 1000, cacheWrite5m: 200, cacheWrite1h: 300, output: 50 };
  assert.equal(chargeFor(usage, priceOf('anthropic', 'claude-sonnet-4-5'), undefined), 3_630_000n);
});

test('the newest of several facts is shipped', () => {
  assert.equal(priceOf('anthropic', 'claude-sonnet-5-5').rates.cacheRead, 100_000n);
  assert.equal(priceOf('openai', 'gpt-6.1-sol').rates.cacheRead, 100_000n);
});

test('context tiers are shipped', () => {
  const { tiers } = priceOf('anthropic', 'claude-haiku-5-5');
  assert.deepEqual(
    tiers.map(({ aboveInputTokens, rates }) => [aboveInputTokens, rates.input, rates.cacheWrite1h]),
    [[100_000, 500_000n, 1_000_000n]],
  );
  assert.equal(priceOf('openai', 'gpt-5.6-sol').serviceTiers.get('flex')?.tiers[0]?.rates.output, 22_500_000n);
});

test('audio rates, context window and output limit are shipped', () => {
  const price = priceOf('openai', 'gpt-audio');
  assert.deepEqual([price.rates.inputAudio, price.rates.outputAudio], [32_000_000n, 64_000_000n]);
  assert.deepEqual([price.contextWindowTokens, price.maxOutputTokens], [128_000, 16_384]);
});

test('a row that cannot be read is refused', () => {
  const problems: readonly [string, string][] = [
    ['m 1', 'shipped price lacks rates: 1'],
    ['m 1 x', 'shipped price is no amount: x'],
    ['m 1 2 - - - 8k', 'shipped price has no count: 8k'],
    ['m 1 2\n  above - 1 2', 'shipped price has no token count after `above`: -'],
    ['m 1 2\n  flex above 9 1 2', 'shipped price is no amount: above'],
    ['m 1 2\nm 1 2', 'shipped price stands twice: m'],
    ['m 1 2\n  also m', 'shipped price stands twice: m'],
  ];
  for (const [rows, message] of problems) assert.throws(() => readPriceRows(rows), new RangeError(message));
});

test('models that are not billed by tokens are billed by the character and by the second', () => {
  assert.equal(chargeFor({ ...noUsage, units: 1000 }, priceOf('openai', 'tts-1'), undefined), 15_000_000n);
  assert.equal(chargeFor({ ...noUsage, units: 60 }, priceOf('openai', 'whisper-1'), undefined), 6_000_000n);
});
