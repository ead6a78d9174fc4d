import { createHash } from 'node:crypto';
import { picoFromUsdPerMillion, type PicoUsd } from '../money.ts';
import type { Price, PriceRates, PriceSpec } from './price.ts';

/** Prices by provider and that provider's model name. */
export interface PriceBook {
  /** Undefined: unpriced, which is not free. */
  price(provider: string, providerModel: string): Price | undefined;
}

type SpecTable = Readonly<Record<string, Readonly<Record<string, PriceSpec>>>>;

/**
 * Prices of `overrides` (by provider name) first, then of `shipped` (by provider type).
 * `typeOf` tells a provider's type, so that a second OpenAI account has OpenAI's prices.
 * Throws a RangeError naming provider and model where a price is negative or no number.
 */
export function createPriceBook(sources: {
  readonly overrides: SpecTable;
  readonly shipped: SpecTable;
  readonly typeOf: (provider: string) => string | undefined;
}): PriceBook {
  const overrides = readTable(sources.overrides);
  const shipped = readTable(sources.shipped);
  return {
    price: (provider, providerModel) =>
      overrides.get(provider)?.get(providerModel) ?? shipped.get(sources.typeOf(provider) ?? '')?.get(providerModel),
  };
}

const readTable = (table: SpecTable): ReadonlyMap<string, ReadonlyMap<string, Price>> =>
  new Map(
    Object.entries(table).map(([provider, models]) => [
      provider,
      new Map(Object.entries(models).map(([model, spec]) => [model, readPrice(`${provider}/${model}`, spec)])),
    ]),
  );

/** A price from its written form; a RangeError names what cannot be read. */
export function readPrice(name: string, spec: PriceSpec): Price {
  return {
    id: createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16),
    rates: readRates(name, spec),
    tiers: (spec.above ?? [])
      .map((tier) => ({ aboveInputTokens: tier.input_tokens, rates: readRates(name, tier) }))
      .toSorted((a, b) => a.aboveInputTokens - b.aboveInputTokens),
    contextWindowTokens: spec.context_window,
    maxOutputTokens: spec.max_output,
  };
}

/** A class without a price of its own costs what the class it would otherwise count as costs. */
function readRates(name: string, spec: Omit<PriceSpec, 'above'>): PriceRates {
  const read = (member: string, value: string | number | undefined, otherwise: PicoUsd): PicoUsd => {
    if (value === undefined) return otherwise;
    const pico = picoFromUsdPerMillion(value);
    if (pico === undefined) throw new RangeError(`price of ${name}: \`${member}\` is not an amount of USD: ${value}`);
    return pico;
  };
  const input = read('input', spec.input, 0n);
  const output = read('output', spec.output, 0n);
  const cacheWrite5m = read('cache_write', spec.cache_write, input);
  return {
    input,
    cacheRead: read('cache_read', spec.cache_read, input),
    cacheWrite5m,
    cacheWrite1h: read('cache_write_1h', spec.cache_write_1h, cacheWrite5m),
    inputAudio: read('input_audio', spec.input_audio, input),
    output,
    outputAudio: read('output_audio', spec.output_audio, output),
    image: read('image', spec.image, 0n),
  };
}
