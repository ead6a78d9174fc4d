import {
  picoFromUsdPerMillion,
  readPrice,
  type PicoUsd,
  type Price,
  type PriceSpec,
  type UsdAmount,
} from '@tollgate/core';
import type { ProviderName } from './ask.ts';

/** USD per million tokens, images and other units. */
export interface SimulatedPriceSpec extends PriceSpec {
  readonly audio_second?: UsdAmount;
  readonly character?: UsdAmount;
  readonly search?: UsdAmount;
}

/** By provider and model; anything not listed costs `unlistedPrice`. */
export type SimulatedPrices = Readonly<Partial<Record<ProviderName, Readonly<Record<string, SimulatedPriceSpec>>>>>;

export interface SimulatedPrice {
  readonly price: Price;
  /** Pico-USD a unit of what is not billed by tokens. */
  readonly perUnit: { readonly audioSecond: PicoUsd; readonly character: PicoUsd; readonly search: PicoUsd };
}

/** Images, seconds, characters and searches cost about what the dearest of their kind do. */
const unlistedPrice: Readonly<Record<ProviderName, SimulatedPriceSpec>> = {
  openai: { input: 1, output: 4, cache_read: 0.1, image: 40_000, audio_second: 100, character: 30 },
  openrouter: { input: 1, output: 4, cache_read: 0.1, cache_write: 1.25, search: 2000 },
  anthropic: { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75, cache_write_1h: 6 },
  gemini: { input: 0.3, output: 2.5, cache_read: 0.03 },
  azure: { input: 1, output: 4, cache_read: 0.1, image: 40_000, audio_second: 100, character: 30 },
  compatible: { input: 0, output: 0 },
};

const gpt4oMini: PriceSpec = { input: 0.15, output: 0.6, cache_read: 0.075 };
const haiku45: PriceSpec = { input: 1, output: 5, cache_read: 0.1, cache_write: 1.25, cache_write_1h: 2 };
const listedPrices: SimulatedPrices = {
  openai: {
    'gpt-4o-mini': gpt4oMini,
    'text-embedding-3-small': { input: 0.02, output: 0 },
    'gpt-image-1': { input: 5, output: 40 },
    'gpt-4o-mini-tts': { input: 0.6, output: 0, output_audio: 12 },
    'tts-1': { input: 0, output: 0, character: 15 },
    'gpt-4o-transcribe': { input: 2.5, input_audio: 6, output: 10 },
    'whisper-1': { input: 0, output: 0, audio_second: 100 },
  },
  openrouter: {
    'openai/gpt-4o-mini': gpt4oMini,
    'anthropic/claude-haiku-4.5': haiku45,
    'openai/text-embedding-3-small': { input: 0.02, output: 0 },
    'cohere/rerank-v3.5': { input: 0, output: 0, search: 2000 },
  },
  anthropic: { 'claude-haiku-4-5': haiku45 },
};

export type PriceOf = (provider: ProviderName, model: string) => SimulatedPrice;

/** Prices of `overrides` first, then the simulator's own. Throws a RangeError where a price is none. */
export function createSimulatedPrices(overrides: SimulatedPrices): PriceOf {
  const read = new Map<string, SimulatedPrice>();
  return (provider, model) => {
    const name = `${provider}/${model}`;
    const spec = overrides[provider]?.[model] ?? listedPrices[provider]?.[model] ?? unlistedPrice[provider];
    const price = read.get(name) ?? readSimulatedPrice(name, spec);
    if (read.size < maxRememberedPrices) read.set(name, price);
    return price;
  };
}

const readSimulatedPrice = (name: string, spec: SimulatedPriceSpec): SimulatedPrice => ({
  price: readPrice(name, spec),
  perUnit: {
    audioSecond: picoOf(spec.audio_second),
    character: picoOf(spec.character),
    search: picoOf(spec.search),
  },
});

const picoOf = (amount: UsdAmount = 0): PicoUsd => picoFromUsdPerMillion(amount) ?? 0n;

/** Model names come from callers, so what is remembered of them is bounded. */
const maxRememberedPrices = 1000;

const snapshots: ReadonlyMap<string, string> = new Map([
  ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  ['gpt-4o', 'gpt-4o-2024-08-06'],
  ['gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'],
  ['gpt-5-nano', 'gpt-5-nano-2025-08-07'],
  ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
]);

/** The dated model that answers for an alias, as OpenAI and Anthropic name it in their answers. */
export const resolvedModel = (model: string): string => snapshots.get(model) ?? model;

/** What the models lists show; other names are served as well. */
export const listedModels: Readonly<Record<ProviderName, readonly string[]>> = {
  openai: [
    'gpt-4o-mini',
    'gpt-4o',
    'gpt-4.1-mini',
    'gpt-5-nano',
    'gpt-5.6',
    'gpt-3.5-turbo-instruct',
    'text-embedding-3-small',
    'text-embedding-3-large',
    'omni-moderation-latest',
    'gpt-image-1',
    'dall-e-3',
    'gpt-4o-mini-tts',
    'tts-1',
    'gpt-4o-transcribe',
    'whisper-1',
  ],
  openrouter: [
    'openai/gpt-4o-mini',
    'anthropic/claude-haiku-4.5',
    'openai/text-embedding-3-small',
    'cohere/rerank-v3.5',
  ],
  anthropic: ['claude-haiku-4-5', 'claude-sonnet-4-5'],
  gemini: ['gemini-2.5-flash', 'gemini-3-pro-preview', 'gemini-embedding-001'],
  azure: ['gpt-4o-mini', 'gpt-5-nano'],
  compatible: ['llama3'],
};

/** Any name that looks like the provider's own is served, but for those that say that they do not exist. */
export function isServed(provider: ProviderName, model: string): boolean {
  if (model.includes('no-such')) return false;
  if (provider === 'compatible' || provider === 'azure') return true;
  if (provider === 'gemini') return /^(gemini|gemma|text-embedding)-/.test(model);
  return model.includes('/') === (provider === 'openrouter');
}

/** Input tokens that fit, the output not counted. */
export const contextWindowTokens: Readonly<Record<ProviderName, number>> = {
  openai: 400_000,
  openrouter: 400_000,
  anthropic: 200_000,
  gemini: 1_048_576,
  azure: 400_000,
  compatible: 8192,
};

/** OpenAI's models that reason: they refuse `max_tokens` and spend output on reasoning. */
export const isReasoningModel = (model: string): boolean => /^(gpt-(?:[5-9]|\d\d)|o\d)/.test(model);
