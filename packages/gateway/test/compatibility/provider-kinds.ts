import type { ConversationProtocol } from '@tollgate/core';
import type { ProviderType } from '@tollgate/providers';

/** A kind of provider as the tables know it: where the simulator serves it, and its models for plain calls and for calls that reason. */
export interface ProbedKind {
  readonly kind: ProviderType;
  readonly basePath: string;
  readonly model: string;
  readonly reasoningModel: string;
  /** Protocols of conversations that it speaks itself; the others are translated. */
  readonly speaks: readonly ConversationProtocol[];
}

/** A new kind does not compile until it is here. */
const kinds: { readonly [Kind in ProviderType]: ProbedKind & { readonly kind: Kind } } = {
  openai: {
    kind: 'openai',
    basePath: '/openai/v1',
    model: 'gpt-4o-mini',
    reasoningModel: 'gpt-5-mini',
    speaks: ['openai_chat', 'openai_responses'],
  },
  azure: {
    kind: 'azure',
    basePath: '/azure/openai/v1',
    model: 'gpt-4o-mini',
    reasoningModel: 'gpt-5-mini',
    speaks: ['openai_chat', 'openai_responses'],
  },
  openrouter: {
    kind: 'openrouter',
    basePath: '/openrouter/api/v1',
    model: 'openai/gpt-4o-mini',
    reasoningModel: 'anthropic/claude-haiku-4.5',
    speaks: ['openai_chat', 'openai_responses', 'anthropic_messages'],
  },
  anthropic: {
    kind: 'anthropic',
    basePath: '/anthropic',
    model: 'claude-sonnet-4-5',
    reasoningModel: 'claude-sonnet-4-5',
    speaks: ['anthropic_messages'],
  },
  gemini: {
    kind: 'gemini',
    basePath: '/gemini/v1beta',
    model: 'gemini-3.6-flash',
    reasoningModel: 'gemini-3.6-flash',
    speaks: [],
  },
  'openai-compatible': {
    kind: 'openai-compatible',
    basePath: '/compatible/v1',
    model: 'llama3',
    reasoningModel: 'llama3',
    speaks: ['openai_chat'],
  },
};

export const probedKinds: readonly ProbedKind[] = Object.values(kinds);

/** Sections for `simulatorConfig` by which every model of every kind is asked for as `kind/model`. */
export function kindSections(simulatorUrl: string): { readonly providers: string; readonly models: string } {
  const lines = (line: (probed: ProbedKind) => string): string =>
    probedKinds.map((probed) => `\n  ${line(probed)}`).join('');
  return {
    providers: lines(
      ({ kind, basePath }) =>
        `${kind}: { type: ${kind}, base_url: "${simulatorUrl}${basePath}", api_key: sk-simulated }`,
    ),
    models: lines(({ kind }) => `"${kind}/*": { targets: [ { provider: ${kind}, model: "*" } ] }`),
  };
}
