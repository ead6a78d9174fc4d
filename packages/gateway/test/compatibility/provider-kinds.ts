/** A kind of provider as the tables know it: where the simulator serves it, and its models for plain calls and for calls that reason. */
export interface ProbedKind {
  readonly kind: string;
  readonly basePath: string;
  readonly model: string;
  readonly reasoningModel: string;
}

/** A new kind is one line here. */
export const probedKinds: readonly ProbedKind[] = [
  {
    kind: 'openai',
    basePath: '/openai/v1',
    model: 'gpt-4o-mini',
    reasoningModel: 'gpt-5-mini',
  },
  {
    kind: 'openrouter',
    basePath: '/openrouter/api/v1',
    model: 'openai/gpt-4o-mini',
    reasoningModel: 'anthropic/claude-haiku-4.5',
  },
  { kind: 'anthropic', basePath: '/anthropic', model: 'claude-sonnet-4-5', reasoningModel: 'claude-sonnet-4-5' },
  { kind: 'gemini', basePath: '/gemini/v1beta', model: 'gemini-3.6-flash', reasoningModel: 'gemini-3.6-flash' },
  { kind: 'openai-compatible', basePath: '/compatible/v1', model: 'llama3', reasoningModel: 'llama3' },
];

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
