import { anthropicSurface } from './anthropic/anthropic-surface.ts';
import { compatibleSurface } from './compatible/compatible-surface.ts';
import { openaiSurface } from './openai/openai-surface.ts';
import { openrouterSurface } from './openrouter/openrouter-surface.ts';
import type { ProviderSurface } from './surface.ts';

/** What a path serves: calls, or the list of models. */
export interface Served {
  readonly surface: ProviderSurface;
  readonly serves: 'calls' | 'models';
}

/** Where each provider's base URL lies below the simulator's address; the paths below it are the provider's own. */
export const basePaths = {
  openai: '/openai/v1',
  openrouter: '/openrouter/api/v1',
  anthropic: '/anthropic/v1',
  compatible: '/compatible/v1',
} as const;

const served = (surface: ProviderSurface, callPath: string): readonly (readonly [string, Served])[] => [
  [`POST ${basePaths[surface.provider]}/${callPath}`, { surface, serves: 'calls' }],
  [`GET ${basePaths[surface.provider]}/models`, { surface, serves: 'models' }],
];

/** By `METHOD path`. */
export const servedPaths: ReadonlyMap<string, Served> = new Map([
  ...served(openaiSurface, 'chat/completions'),
  ...served(openrouterSurface, 'chat/completions'),
  ...served(anthropicSurface, 'messages'),
  ...served(compatibleSurface, 'chat/completions'),
]);
