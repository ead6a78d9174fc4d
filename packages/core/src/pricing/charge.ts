import { nanoFromPico, type NanoUsd, type PicoUsd } from '../money.ts';
import { inputTokens, type Usage } from '../usage.ts';
import type { Price, PriceRates, RateCard } from './price.ts';

/**
 * What the usage costs by our prices, rounded up once. `serviceTier` is the one that the answer names,
 * or the one asked for where the answer names none; one without a price of its own costs the standard rates.
 */
export function chargeFor(usage: Usage, price: Price, serviceTier: string | undefined): NanoUsd {
  const rates = ratesFor(cardOf(price, serviceTier) ?? price, inputTokens(usage));
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

/** The most that a call can use, and the service tier it asks for. */
export interface CallExtent {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly serviceTier: string | undefined;
}

/**
 * The most that a call can cost: every input token at the dearest input class and every output token
 * at the dearest output class, of the dearest tier that the input can reach. Undefined, which is no
 * bound, where it asks for a service tier that has no price.
 */
export function boundFor(most: CallExtent, price: Price): NanoUsd | undefined {
  const cards = servableCards(most.serviceTier, price);
  if (cards === undefined) return undefined;
  const reachable = cards.flatMap((card) => [
    card.rates,
    ...card.tiers.filter((tier) => most.inputTokens > tier.aboveInputTokens).map((tier) => tier.rates),
  ]);
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

const standardTiers: ReadonlySet<string | undefined> = new Set([undefined, 'default', 'standard', 'standard_only']);

/**
 * What the provider may bill by. A tier asked for may be answered at the standard one; `auto` lets the
 * provider choose. None asked for is the standard one: an account that is set up otherwise needs
 * `pricing` of its own in config.
 */
function servableCards(serviceTier: string | undefined, price: Price): readonly RateCard[] | undefined {
  if (standardTiers.has(serviceTier)) return [price];
  if (serviceTier === 'auto') return [price, ...price.serviceTiers.values()];
  const card = cardOf(price, serviceTier);
  return card === undefined ? undefined : [price, card];
}

/** OpenAI takes `fast` for `priority` and answers `priority`. */
const cardOf = (price: Price, serviceTier: string | undefined): RateCard | undefined =>
  price.serviceTiers.get(serviceTier === 'fast' ? 'priority' : (serviceTier ?? ''));

const ratesFor = (card: RateCard, input: number): PriceRates =>
  card.tiers.findLast((tier) => input > tier.aboveInputTokens)?.rates ?? card.rates;

const max = (values: readonly PicoUsd[]): PicoUsd => values.reduce((a, b) => (b > a ? b : a), 0n);
