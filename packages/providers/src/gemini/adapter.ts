import type { Clock, ProviderRequest } from '@tollgate/core';
import type { Adapter } from '../base/adapter.ts';
import { buildGeminiRequest } from './build-request.ts';
import { parseError } from './parse-error.ts';
import { GeminiStreamReader } from './read-stream.ts';
import { readWholeAnswer, type AnswerOptions } from './read-whole.ts';
import { createNameRestorer } from './wire-names.ts';

/** Chat completions over Google's Gemini API, translated both ways. The clock dates the answers. */
export function createGeminiAdapter({ clock }: { readonly clock: Clock }): Adapter {
  const answerOptions = ({ call, requestId }: ProviderRequest): AnswerOptions => ({
    created: Math.floor(clock.nowMs() / 1000),
    requestId,
    restoreName: createNameRestorer(call.body.value),
  });
  return {
    buildRequest: buildGeminiRequest,
    createStreamReader: (request) =>
      new GeminiStreamReader({ ...answerOptions(request), wantsUsage: request.call.wantsStreamUsage }),
    readWhole: (body, request) => readWholeAnswer(body, answerOptions(request)),
    readError: parseError,
    // Google names none.
    requestIdHeader: '',
  };
}
