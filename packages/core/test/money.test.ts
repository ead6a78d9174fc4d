import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatUsd, nanoFromPico, nanoFromUsd, parseDecimal, picoFromUsdPerMillion } from '../src/index.ts';

test('decimal text is read exactly', () => {
  assert.equal(nanoFromUsd('100'), 100_000_000_000n);
  assert.equal(nanoFromUsd('0.1'), 100_000_000n);
  assert.equal(nanoFromUsd('.5'), 500_000_000n);
  assert.equal(nanoFromUsd('5.'), 5_000_000_000n);
  assert.equal(picoFromUsdPerMillion('0.0028'), 2800n);
});

test('a double is read as its shortest text, exponents included', () => {
  assert.equal(nanoFromUsd(0.1 + 0.2), 300_000_001n);
  assert.equal(nanoFromUsd(1e-7), 100n);
  assert.equal(nanoFromUsd(1.5e21), 1_500_000_000_000_000_000_000_000_000_000n);
});

test('what lies below the unit is rounded up', () => {
  assert.equal(nanoFromUsd('0.0000000001'), 1n);
  assert.equal(nanoFromUsd('0.0000000010'), 1n);
  assert.equal(nanoFromPico(1n), 1n);
  assert.equal(nanoFromPico(1000n), 1n);
  assert.equal(nanoFromPico(1001n), 2n);
  assert.equal(nanoFromPico(0n), 0n);
});

test('what is negative or no number is no amount', () => {
  for (const value of ['-1', '', '.', 'abc', '1,5', '0x10', '1e9999', 'NaN', -0.5, NaN, Infinity]) {
    assert.equal(parseDecimal(value, 9), undefined, String(value));
  }
});

test('amounts are written without trailing zeros', () => {
  assert.equal(formatUsd(0n), '0');
  assert.equal(formatUsd(1_500_000n), '0.0015');
  assert.equal(formatUsd(-1n), '-0.000000001');
  assert.equal(formatUsd(9_000_000_000_000_000n), '9000000');
});

test('an amount survives being written and read', () => {
  fc.assert(fc.property(fc.bigInt(0n, 10n ** 20n), (nano) => nanoFromUsd(formatUsd(nano)) === nano));
});
