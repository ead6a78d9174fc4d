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

/** Where each provider's base URL lies below the simulator's address. Like the real one, Anthropic's has no version. */
export const basePaths = {
  openai: '/openai/v1',
  openrouter: '/openrouter/api/v1',
  anthropic: '/anthropic',
  compatible: '/compatible/v1',
} as const;

interface OwnPaths {
  readonly calls: string;
  readonly models: string;
}

const chatPaths: OwnPaths = { calls: '/chat/completions', models: '/models' };

const serve = (surface: ProviderSurface, paths: OwnPaths): readonly (readonly [string, Served])[] => [
  [`POST ${basePaths[surface.provider]}${paths.calls}`, { surface, serves: 'calls' }],
  [`GET ${basePaths[surface.provider]}${paths.models}`, { surface, serves: 'models' }],
];

/** By `METHOD path`. */
export const servedPaths: ReadonlyMap<string, Served> = new Map([
  ...serve(openaiSurface, chatPaths),
  ...serve(openrouterSurface, chatPaths),
  ...serve(anthropicSurface, { calls: '/v1/messages', models: '/v1/models' }),
  ...serve(compatibleSurface, chatPaths),
]);
