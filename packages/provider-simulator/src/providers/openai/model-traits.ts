/** What OpenAI's models differ in, read from their names, so that names yet to come behave like the newest. */

interface Version {
  readonly major: number;
  readonly minor: number;
}

function versionOf(model: string): Version | undefined {
  const match = /^gpt-(\d+)(?:\.(\d+))?/.exec(model);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2] ?? 0) };
}

const isAtLeast = (model: string, major: number, minor: number): boolean => {
  const version = versionOf(model);
  return version !== undefined && (version.major > major || (version.major === major && version.minor >= minor));
};

/** They refuse `max_tokens` and sampling settings, and spend output on reasoning. */
export const isReasoningModel = (model: string): boolean =>
  /^o\d/.test(model) || (isAtLeast(model, 5, 0) && !model.includes('-chat'));

/** From 5.1 to 5.5 a model reasons only where an effort is asked for. */
export const reasonsUnasked = (model: string): boolean =>
  isReasoningModel(model) && (!isAtLeast(model, 5, 1) || isAtLeast(model, 5, 6));

/** From 5.4 on, functions and reasoning go together in Responses alone. */
export const refusesToolsWithReasoning = (model: string): boolean => isReasoningModel(model) && isAtLeast(model, 5, 4);

/** Models with no chat at all. */
export const isResponsesOnly = (model: string): boolean =>
  /^(gpt-5.*-(pro|codex)|gpt-[6-9].*-(pro|codex)|o\d-pro|codex-)/.test(model);

/** The reasoning efforts that a model takes. */
export function effortsOf(model: string): readonly string[] {
  const usual = ['low', 'medium', 'high'];
  if (!isAtLeast(model, 5, 0)) return usual;
  if (!isAtLeast(model, 5, 1)) return ['minimal', ...usual];
  if (isAtLeast(model, 6, 1) || model.startsWith('gpt-6-astra')) return [...usual, 'xhigh', 'max'];
  return isAtLeast(model, 5, 2) ? ['none', ...usual, 'xhigh'] : ['none', ...usual];
}
