import type { JsonObject } from '@tollgate/core';
import { splitByTokens } from '../../answer/count-tokens.ts';

/** Every token was all but certain, and nothing else came near it. */
export const logprobsOf = (text: string): JsonObject => ({
  content: [...splitByTokens(text, 1)].map((token) => ({
    token,
    logprob: -0.001,
    bytes: [...Buffer.from(token)],
    top_logprobs: [],
  })),
  refusal: null,
});
