import { createHash } from 'node:crypto';
import { picoFromUsdPerMillion, type PicoUsd } from '../money.ts';
import type { Price, PriceRates, PriceSpec, RateCard, RateCardSpec, RatesSpec, UsdAmount } from './price.ts';

/** Prices by provider and that provider's model name. */
export interface PriceBook {
  /** Undefined: unpriced, which is not free. */
  price(provider: string, providerModel: string): Price | undefined;
}

/** Written prices by provider (or type) and model. */
export type PriceTable = Readonly<Record<string, Readonly<Record<string, PriceSpec>>>>;

/**
 * Prices of `overrides` (by provider name) first, then of `shipped` (by provider type).
 * `typeOf` tells a provider's type, so that a second OpenAI account has OpenAI's prices. Shipped prices of a type are
 * read when one of them is first asked for: a node that uses one provider should not pay for all at its start.
 * Throws a RangeError naming provider and model where a price is negative or no number.
 */
export function createPriceBook(sources: {
  readonly overrides: PriceTable;
  readonly shipped: PriceTable;
  readonly typeOf: (provider: string) => string | undefined;
}): PriceBook {
  const overrides = readTable(sources.overrides);
  const shippedByType = new Map<string, ReadonlyMap<string, Price>>();
  const shipped = (type: string): ReadonlyMap<string, Price> => {
    const known = shippedByType.get(type) ?? readModels(type, sources.shipped[type] ?? {});
    shippedByType.set(type, known);
    return known;
  };
  return {
    price: (provider, providerModel) =>
      overrides.get(provider)?.get(providerModel) ?? shipped(sources.typeOf(provider) ?? '').get(providerModel),
  };
}

const readTable = (table: PriceTable): ReadonlyMap<string, ReadonlyMap<string, Price>> =>
  new Map(Object.entries(table).map(([provider, models]) => [provider, readModels(provider, models)]));

const readModels = (provider: string, models: PriceTable[string]): ReadonlyMap<string, Price> =>
  new Map(Object.entries(models).map(([model, spec]) => [model, readPrice(`${provider}/${model}`, spec)]));

/** A price from its written form; a RangeError names what cannot be read. */
export function readPrice(name: string, spec: PriceSpec): Price {
  return {
    ...readCard(name, spec),
    id: createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 16),
    serviceTiers: new Map(
      Object.entries(spec.service_tiers ?? {}).map(([tier, card]) => [tier, readCard(`${name} (${tier})`, card)]),
    ),
    contextWindowTokens: spec.context_window,
    maxOutputTokens: spec.max_output,
  };
}

const readCard = (name: string, spec: RateCardSpec): RateCard => ({
  rates: readRates(name, spec),
  tiers: (spec.above ?? [])
    .map((tier) => ({ aboveInputTokens: tier.input_tokens, rates: readRates(name, tier) }))
    .toSorted((a, b) => a.aboveInputTokens - b.aboveInputTokens),
});

/** A class without a price of its own costs what the class it would otherwise count as costs. */
function readRates(name: string, spec: RatesSpec): PriceRates {
  const amount = (member: keyof RatesSpec, value: UsdAmount): PicoUsd => {
    const pico = picoFromUsdPerMillion(value);
    if (pico === undefined) throw new RangeError(`price of ${name}: \`${member}\` is not an amount of USD: ${value}`);
    return pico;
  };
  const orElse = (member: keyof RatesSpec, otherwise: PicoUsd): PicoUsd => {
    const value = spec[member];
    return value === undefined ? otherwise : amount(member, value);
  };
  const input = amount('input', spec.input);
  const output = amount('output', spec.output);
  const cacheWrite5m = orElse('cache_write', input);
  return {
    input,
    cacheRead: orElse('cache_read', input),
    cacheWrite5m,
    cacheWrite1h: orElse('cache_write_1h', cacheWrite5m),
    inputAudio: orElse('input_audio', input),
    output,
    outputAudio: orElse('output_audio', output),
    image: orElse('image', 0n),
    unit: orElse('unit', 0n),
  };
}
