import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  chargeFor,
  dearestRates,
  inputTokens,
  nanoFromPico,
  noUsage,
  outputTokens,
  readPrice,
  type Price,
  type Usage,
} from '../src/index.ts';

const price = readPrice('test/model', {
  input: '2',
  output: '10',
  cache_read: '0.2',
  cache_write: '2.5',
  cache_write_1h: '4',
  input_audio: '32',
  output_audio: '64',
  image: '40000',
  above: [{ input_tokens: 1000, input: '4', output: '15', cache_read: '0.4', cache_write: '5', cache_write_1h: '8' }],
  service_tiers: {
    flex: { input: '1', output: '5', above: [{ input_tokens: 1000, input: '2', output: '7.5' }] },
    priority: { input: '4', output: '20' },
  },
});

test('each class of quantity is charged at its own rate', () => {
  const each = (usage: Partial<Usage>): bigint => chargeFor({ ...noUsage, ...usage }, price, undefined);
  assert.equal(each({ inputUncached: 100 }), 200_000n);
  assert.equal(each({ cacheRead: 100 }), 20_000n);
  assert.equal(each({ cacheWrite5m: 100 }), 250_000n);
  assert.equal(each({ cacheWrite1h: 100 }), 400_000n);
  assert.equal(each({ inputAudio: 100 }), 3_200_000n);
  assert.equal(each({ output: 100 }), 1_000_000n);
  assert.equal(each({ outputAudio: 100 }), 6_400_000n);
  assert.equal(each({ images: 3 }), 120_000_000n);
});

test('reasoning is part of the output and not charged twice', () => {
  const usage = { ...noUsage, output: 100 };
  assert.equal(
    chargeFor({ ...usage, reasoning: 90 }, price, undefined),
    chargeFor({ ...usage, reasoning: 0 }, price, undefined),
  );
});

test('a charge is rounded up once, on the sum', () => {
  const tiny = readPrice('test/tiny', { input: '0.0001', output: '0.0001', cache_read: '0.0001' });
  assert.equal(chargeFor({ ...noUsage, inputUncached: 1 }, tiny, undefined), 1n);
  assert.equal(chargeFor({ ...noUsage, inputUncached: 1, cacheRead: 1, output: 1 }, tiny, undefined), 1n);
  assert.equal(chargeFor({ ...noUsage, inputUncached: 10, output: 1 }, tiny, undefined), 2n);
});

test('no usage and a free model cost zero', () => {
  const free = readPrice('test/free', { input: 0, output: 0 });
  assert.equal(chargeFor(noUsage, price, undefined), 0n);
  assert.equal(chargeFor({ ...noUsage, inputUncached: 5000, output: 5000 }, free, undefined), 0n);
});

test('the long-input rates hold for the whole request, from one token above the threshold', () => {
  assert.equal(chargeFor({ ...noUsage, inputUncached: 1000, output: 10 }, price, undefined), 2_100_000n);
  assert.equal(chargeFor({ ...noUsage, inputUncached: 1001, output: 10 }, price, undefined), 4_154_000n);
});

test('cached tokens count towards the long-input threshold', () => {
  assert.equal(chargeFor({ ...noUsage, inputUncached: 1, cacheRead: 1000 }, price, undefined), 404_000n);
});

test('the service tier that the answer names is charged', () => {
  const usage = { ...noUsage, inputUncached: 100, output: 10 };
  assert.equal(chargeFor(usage, price, 'default'), 300_000n);
  assert.equal(chargeFor(usage, price, 'flex'), 150_000n);
  assert.equal(chargeFor(usage, price, 'priority'), 600_000n);
  assert.equal(chargeFor(usage, price, 'fast'), 600_000n, 'fast is another word for priority');
  assert.equal(chargeFor(usage, price, 'scale'), 300_000n, 'a tier without a price costs the standard rates');
});

test('a service tier has long-input rates of its own', () => {
  assert.equal(chargeFor({ ...noUsage, inputUncached: 1001, output: 10 }, price, 'flex'), 2_077_000n);
});

interface Extent {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly serviceTier: string | undefined;
}

function boundFor(most: Extent, of: Price): bigint | undefined {
  const rates = dearestRates(most, of);
  return rates && nanoFromPico(BigInt(most.inputTokens) * rates.input + BigInt(most.outputTokens) * rates.output);
}

test('a bound takes the dearest class of every rate card in reach', () => {
  const bound = (inputCount: number, serviceTier?: string): bigint | undefined =>
    boundFor({ inputTokens: inputCount, outputTokens: 10, serviceTier }, price);
  assert.equal(bound(100), 3_840_000n, 'audio is the dearest class of either side');
  assert.equal(bound(100, 'flex'), 3_840_000n, 'the provider may serve the standard tier instead');
  const textOnly = readPrice('test/text', {
    input: 2,
    output: 10,
    service_tiers: { priority: { input: 4, output: 20 } },
  });
  const ofText = (serviceTier: string | undefined): bigint | undefined =>
    boundFor({ inputTokens: 100, outputTokens: 10, serviceTier }, textOnly);
  assert.equal(ofText(undefined), 300_000n);
  assert.equal(ofText('standard_only'), 300_000n);
  assert.equal(ofText('priority'), 600_000n);
  assert.equal(ofText('auto'), 600_000n, 'auto leaves the choice to the provider');
});

test('a service tier without a price has no bound', () => {
  assert.equal(boundFor({ inputTokens: 1, outputTokens: 1, serviceTier: 'ultrafast' }, price), undefined);
});

test('no charge exceeds the bound of what it used', () => {
  const count = fc.integer({ min: 0, max: 3000 });
  const usages = fc.record({
    inputUncached: count,
    cacheRead: count,
    cacheWrite5m: count,
    cacheWrite1h: count,
    inputAudio: count,
    output: count,
    reasoning: fc.constant(0),
    outputAudio: count,
    images: fc.constant(0),
    units: fc.constant(0),
  });
  const tiers = fc.constantFrom(undefined, 'default', 'flex', 'priority');
  fc.assert(
    fc.property(usages, tiers, (usage, serviceTier) => {
      const bound = boundFor(
        { inputTokens: inputTokens(usage), outputTokens: outputTokens(usage), serviceTier },
        price,
      );
      return bound !== undefined && chargeFor(usage, price, serviceTier) <= bound;
    }),
  );
});
