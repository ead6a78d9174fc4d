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
    cost(usage.inputUncached, rates.input) +
      cost(usage.cacheRead, rates.cacheRead) +
      cost(usage.cacheWrite5m, rates.cacheWrite5m) +
      cost(usage.cacheWrite1h, rates.cacheWrite1h) +
      cost(usage.inputAudio, rates.inputAudio) +
      cost(usage.output, rates.output) +
      cost(usage.outputAudio, rates.outputAudio) +
      cost(usage.images, rates.image) +
      cost(usage.units, rates.unit),
  );
}

/** Most quantities are zero, and a BigInt for each is not free. */
const cost = (quantity: number, rate: PicoUsd): PicoUsd => (quantity === 0 ? 0n : BigInt(quantity) * rate);

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
  const dearest = { input: 0n, output: 0n, image: 0n, unit: 0n };
  for (const card of cards) {
    raise(dearest, card.rates);
    for (const tier of card.tiers) if (most.inputTokens > tier.aboveInputTokens) raise(dearest, tier.rates);
  }
  return dearest;
}

/** Runs for each target of each call with a hard budget: it makes nothing new. */
function raise(dearest: { -readonly [Kind in keyof DearestRates]: PicoUsd }, rates: PriceRates): void {
  const { cacheRead, cacheWrite5m, cacheWrite1h, inputAudio, outputAudio } = rates;
  dearest.input = max(
    dearest.input,
    max(max(rates.input, cacheRead), max(max(cacheWrite5m, cacheWrite1h), inputAudio)),
  );
  dearest.output = max(dearest.output, max(rates.output, outputAudio));
  dearest.image = max(dearest.image, rates.image);
  dearest.unit = max(dearest.unit, rates.unit);
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

const max = (a: PicoUsd, b: PicoUsd): PicoUsd => (b > a ? b : a);
