import type { JsonObject } from '@tollgate/core';

const harmless = (name: string): readonly [string, JsonObject] => [name, { filtered: false, severity: 'safe' }];

/** What Azure's filter found in an answer: nothing. */
export const filterResults: JsonObject = Object.fromEntries(['hate', 'self_harm', 'sexual', 'violence'].map(harmless));

/** What it found in the prompt: nothing, or a reason to block it. */
export const promptResults = (blocked: boolean): JsonObject => ({
  ...filterResults,
  ...(blocked ? { violence: { filtered: true, severity: 'high' } } : {}),
  jailbreak: { filtered: false, detected: false },
});

export const promptFilterResults: readonly JsonObject[] = [
  { prompt_index: 0, content_filter_results: promptResults(false) },
];
