import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPriceBook, readPrice } from '../src/index.ts';

const types: Readonly<Record<string, string>> = { openai: 'openai', 'openai-eu': 'openai', local: 'openai-compatible' };

const book = createPriceBook({
  overrides: { 'openai-eu': { 'gpt-x': { input: '2.2', output: '11' } }, local: { llama3: { input: 0, output: 0 } } },
  shipped: { openai: { 'gpt-x': { input: '2', output: '10', context_window: 8000, max_output: 1000 } } },
  typeOf: (provider) => types[provider],
});

test('a price of config comes before the shipped one', () => {
  assert.equal(book.price('openai-eu', 'gpt-x')?.rates.input, 2_200_000n);
});

test('a second account of a provider has the prices of its type', () => {
  assert.equal(book.price('openai', 'gpt-x')?.rates.input, 2_000_000n);
  assert.equal(book.price('openai', 'gpt-x')?.contextWindowTokens, 8000);
  assert.equal(book.price('openai', 'gpt-x')?.maxOutputTokens, 1000);
});

test('free is a price, and missing is unpriced', () => {
  assert.equal(book.price('local', 'llama3')?.rates.output, 0n);
  assert.equal(book.price('local', 'other'), undefined);
  assert.equal(book.price('nobody', 'gpt-x'), undefined);
  assert.equal(book.price('openai', 'constructor'), undefined);
});

test('a class without a price costs what it would otherwise count as', () => {
  const { rates } = readPrice('test/model', { input: 2, output: 10, cache_write: 3 });
  assert.deepEqual(
    [rates.cacheRead, rates.cacheWrite5m, rates.cacheWrite1h, rates.inputAudio, rates.outputAudio, rates.image],
    [2_000_000n, 3_000_000n, 3_000_000n, 2_000_000n, 10_000_000n, 0n],
  );
  assert.equal(readPrice('test/model', { input: 2, output: 10, cache_read: 0 }).rates.cacheRead, 0n);
});

test('rates below a pico-USD are rounded up, never to free', () => {
  assert.equal(readPrice('test/model', { input: '0.0000001', output: 1 }).rates.input, 1n);
});

test('a negative amount or none at all is no price', () => {
  const problem = (input: string | number): (() => unknown) => {
    return () => readPrice('openai/gpt-x', { input, output: 1 });
  };
  assert.throws(problem(-1), new RangeError('price of openai/gpt-x: `input` is not an amount of USD: -1'));
  assert.throws(problem('free'), new RangeError('price of openai/gpt-x: `input` is not an amount of USD: free'));
  assert.throws(problem(NaN), new RangeError('price of openai/gpt-x: `input` is not an amount of USD: NaN'));
});

test('the error of a service tier names the tier', () => {
  const spec = { input: 1, output: 1, service_tiers: { flex: { input: 1, output: '-2' } } };
  assert.throws(
    () => readPrice('openai/gpt-x', spec),
    new RangeError('price of openai/gpt-x (flex): `output` is not an amount of USD: -2'),
  );
});

test('a price has the same id as long as it says the same', () => {
  const spec = { input: '2', output: '10' };
  assert.equal(readPrice('a/b', spec).id, readPrice('c/d', { ...spec }).id);
  assert.notEqual(readPrice('a/b', spec).id, readPrice('a/b', { ...spec, output: '10.1' }).id);
  assert.match(readPrice('a/b', spec).id, /^[0-9a-f]{16}$/);
});
