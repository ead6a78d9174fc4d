/** Integer nano-USD: the ledger's unit. 1 USD = 1,000,000,000. */
export type NanoUsd = bigint;

/** Integer pico-USD: the unit of prices, per token. 1 USD for a million tokens = 1,000,000 pico-USD a token. */
export type PicoUsd = bigint;

const nanoPerUsd = 1_000_000_000n;
const picoPerNano = 1_000n;

/** Caps are compared inside Lua, whose numbers are exact up to 2^53 nano-USD; 9 million USD is below that. */
export const maxCapNanoUsd: NanoUsd = 9_000_000n * nanoPerUsd;

/** Pico-USD to nano-USD, rounded up. Done once for an event, on its sum. */
export const nanoFromPico = (picoUsd: PicoUsd): NanoUsd => (picoUsd + picoPerNano - 1n) / picoPerNano;

/**
 * Reads a decimal number as an integer count of `10^-digits`, rounding up what lies below.
 * Goes by the decimal text, never through float arithmetic; a double is read as its shortest text.
 * Undefined for what is negative, not finite or not a number.
 */
export function parseDecimal(value: string | number, digits: number): bigint | undefined {
  const match = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(String(value).trim());
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponentText = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const shift = digits + Number(exponentText) - fraction.length;
  const coefficient = BigInt(whole + fraction);
  if (shift >= 0) return coefficient * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  return (coefficient + divisor - 1n) / divisor;
}

/** USD as decimal text or number to nano-USD, rounded up; undefined where it is no amount. */
export const nanoFromUsd = (usd: string | number): NanoUsd | undefined => parseDecimal(usd, 9);

/** USD for a million tokens to pico-USD a token, rounded up; undefined where it is no price. */
export const picoFromUsdPerMillion = (usd: string | number): PicoUsd | undefined => parseDecimal(usd, 6);

/** Nano-USD as decimal USD text without trailing zeros: 1500000n is "0.0015". */
export function formatUsd(nanoUsd: NanoUsd): string {
  const sign = nanoUsd < 0n ? '-' : '';
  const absolute = nanoUsd < 0n ? -nanoUsd : nanoUsd;
  const fraction = (absolute % nanoPerUsd).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = (absolute / nanoPerUsd).toString();
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
