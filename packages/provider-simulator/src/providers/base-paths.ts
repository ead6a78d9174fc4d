import type { ProviderName } from '../call/ask.ts';

/** Where each provider's base URL lies below the simulator's address. Like the real one, Anthropic's has no version. */
export const basePaths = {
  openai: '/openai/v1',
  openrouter: '/openrouter/api/v1',
  anthropic: '/anthropic',
  gemini: '/gemini/v1beta',
  azure: '/azure/openai/v1',
  compatible: '/compatible/v1',
} as const;

/** What a config's `base_url` would be, by provider, for a simulator at `url`. */
export const baseUrlsAt = (url: string): Readonly<Record<ProviderName, string>> => ({
  openai: `${url}${basePaths.openai}`,
  openrouter: `${url}${basePaths.openrouter}`,
  anthropic: `${url}${basePaths.anthropic}`,
  gemini: `${url}${basePaths.gemini}`,
  azure: `${url}${basePaths.azure}`,
  compatible: `${url}${basePaths.compatible}`,
});
