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
}

/** The price of a provider's model. Immutable: a change is a new price with a new id. */
export interface Price {
  /** Hash of what it says; usage events carry it. */
  readonly id: string;
  readonly rates: PriceRates;
  /** Rates of the whole request once its input exceeds `aboveInputTokens`; ascending. */
  readonly tiers: readonly { readonly aboveInputTokens: number; readonly rates: PriceRates }[];
  readonly contextWindowTokens: number | undefined;
  readonly maxOutputTokens: number | undefined;
}

/** As written in config.yaml and the shipped table: USD per million tokens, decimal text or number. */
export interface PriceSpec {
  readonly input: string | number;
  readonly output: string | number;
  readonly cache_read?: string | number | undefined;
  readonly cache_write?: string | number | undefined;
  readonly cache_write_1h?: string | number | undefined;
  readonly input_audio?: string | number | undefined;
  readonly output_audio?: string | number | undefined;
  /** USD for a million images. */
  readonly image?: string | number | undefined;
  readonly above?:
    | readonly (Omit<PriceSpec, 'above' | 'context_window' | 'max_output'> & {
        readonly input_tokens: number;
      })[]
    | undefined;
  readonly context_window?: number | undefined;
  readonly max_output?: number | undefined;
}
