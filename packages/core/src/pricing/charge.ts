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
      BigInt(usage.images) * rates.image +
      BigInt(usage.units) * rates.unit,
  );
}

/** The dearest rates that a call can be billed by, in pico-USD a token. */
export interface DearestRates {
  readonly input: PicoUsd;
  readonly output: PicoUsd;
  readonly image: PicoUsd;
  readonly unit: PicoUsd;
}

/**
 * What bounds a token's cost: the dearest input class and the dearest output class of every rate card that
 * an input of at most so many tokens can reach. Undefined, which is no bound, where the call asks for a
 * service tier that has no price.
 */
export function dearestRates(
  most: { readonly inputTokens: number; readonly serviceTier: string | undefined },
  price: Price,
): DearestRates | undefined {
  const cards = servableCards(most.serviceTier, price);
  if (cards === undefined) return undefined;
  const reachable = cards.flatMap((card) => [
    card.rates,
    ...card.tiers.filter((tier) => most.inputTokens > tier.aboveInputTokens).map((tier) => tier.rates),
  ]);
  return {
    input: max(
      reachable.flatMap((rates) => [
        rates.input,
        rates.cacheRead,
        rates.cacheWrite5m,
        rates.cacheWrite1h,
        rates.inputAudio,
      ]),
    ),
    output: max(reachable.flatMap((rates) => [rates.output, rates.outputAudio])),
    image: max(reachable.map((rates) => rates.image)),
    unit: max(reachable.map((rates) => rates.unit)),
  };
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
