import type { PicoUsd } from '../money.ts';

/** Pico-USD a token for each class of quantity. Classes that a provider does not price apart are filled in when the table is read. */
export interface PriceRates {
  readonly input: PicoUsd;
  readonly cacheRead: PicoUsd;
  readonly cacheWrite5m: PicoUsd;
  readonly cacheWrite1h: PicoUsd;
  readonly inputAudio: PicoUsd;
  readonly output: PicoUsd;
  readonly outputAudio: PicoUsd;
  /** Pico-USD an image made. */
  readonly image: PicoUsd;
  /** Pico-USD a character, a second or a search: what the model is billed by beside tokens. */
  readonly unit: PicoUsd;
}

/** Rates, and those that replace them for a long input. */
export interface RateCard {
  readonly rates: PriceRates;
  /** Rates of the whole request once its input exceeds `aboveInputTokens`; ascending. */
  readonly tiers: readonly { readonly aboveInputTokens: number; readonly rates: PriceRates }[];
}

/** The price of a provider's model. Immutable: a change is a new price with a new id. */
export interface Price extends RateCard {
  /** Hash of what it says; usage events carry it. */
  readonly id: string;
  /** By the provider's name for the service tier (`flex`, `priority`). What is not here costs `rates`. */
  readonly serviceTiers: ReadonlyMap<string, RateCard>;
  readonly contextWindowTokens: number | undefined;
  readonly maxOutputTokens: number | undefined;
}

/** An amount of USD, as decimal text or number. */
export type UsdAmount = string | number;

/** USD per million tokens. A class without a price of its own costs what it would otherwise count as. */
export interface RatesSpec {
  readonly input: UsdAmount;
  readonly output: UsdAmount;
  readonly cache_read?: UsdAmount | undefined;
  readonly cache_write?: UsdAmount | undefined;
  readonly cache_write_1h?: UsdAmount | undefined;
  readonly input_audio?: UsdAmount | undefined;
  readonly output_audio?: UsdAmount | undefined;
  /** USD for a million images. */
  readonly image?: UsdAmount | undefined;
  /** USD for a million characters, seconds or searches. */
  readonly unit?: UsdAmount | undefined;
}

export interface RateCardSpec extends RatesSpec {
  readonly above?: readonly (RatesSpec & { readonly input_tokens: number })[] | undefined;
}

/** A price as written in config.yaml and the shipped tables. */
export interface PriceSpec extends RateCardSpec {
  readonly service_tiers?: Readonly<Record<string, RateCardSpec>> | undefined;
  readonly context_window?: number | undefined;
  readonly max_output?: number | undefined;
}
