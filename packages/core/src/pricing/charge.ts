import { nanoFromPico, type NanoUsd, type PicoUsd } from '../money.ts';
import { inputTokens, type Usage } from '../usage.ts';
import type { Price, PriceRates } from './price.ts';

/** What the usage costs by our prices, rounded up once. */
export function chargeFor(usage: Usage, price: Price): NanoUsd {
  const rates = ratesFor(price, inputTokens(usage));
  return nanoFromPico(
    BigInt(usage.inputUncached) * rates.input +
      BigInt(usage.cacheRead) * rates.cacheRead +
      BigInt(usage.cacheWrite5m) * rates.cacheWrite5m +
      BigInt(usage.cacheWrite1h) * rates.cacheWrite1h +
      BigInt(usage.inputAudio) * rates.inputAudio +
      BigInt(usage.output) * rates.output +
      BigInt(usage.outputAudio) * rates.outputAudio +
      BigInt(usage.images) * rates.image,
  );
}

/**
 * The most that a call can cost: every input token at the dearest input class and every output token
 * at the dearest output class, of the dearest tier that the input can reach.
 */
export function boundFor(most: { readonly inputTokens: number; readonly outputTokens: number }, price: Price): NanoUsd {
  const reachable = [
    price.rates,
    ...price.tiers.filter((tier) => most.inputTokens > tier.aboveInputTokens).map((tier) => tier.rates),
  ];
  const dearestInput = max(
    reachable.flatMap((rates) => [
      rates.input,
      rates.cacheRead,
      rates.cacheWrite5m,
      rates.cacheWrite1h,
      rates.inputAudio,
    ]),
  );
  const dearestOutput = max(reachable.flatMap((rates) => [rates.output, rates.outputAudio]));
  return nanoFromPico(BigInt(most.inputTokens) * dearestInput + BigInt(most.outputTokens) * dearestOutput);
}

const ratesFor = (price: Price, input: number): PriceRates =>
  price.tiers.findLast((tier) => input > tier.aboveInputTokens)?.rates ?? price.rates;

const max = (values: readonly PicoUsd[]): PicoUsd => values.reduce((a, b) => (b > a ? b : a), 0n);
