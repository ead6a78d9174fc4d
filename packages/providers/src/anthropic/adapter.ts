import type { Clock, ProviderRequest } from '@tollgate/core';
import type { Adapter } from '../base/adapter.ts';
import { buildAnthropicRequest } from './build-request.ts';
import { parseError } from './parse-error.ts';
import { MessageStreamReader } from './read-stream.ts';
import { readWholeMessage } from './read-whole.ts';
import { createNameRestorer } from './wire-names.ts';

/** Chat completions over Anthropic's Messages API, translated both ways. The clock dates the answers. */
export function createAnthropicAdapter({ clock }: { readonly clock: Clock }): Adapter {
  const answerOptions = ({ call }: ProviderRequest) => ({
    created: Math.floor(clock.nowMs() / 1000),
    restoreName: createNameRestorer(call.body.value),
  });
  return {
    buildRequest: buildAnthropicRequest,
    createStreamReader: (request) =>
      new MessageStreamReader({ ...answerOptions(request), wantsUsage: request.call.wantsStreamUsage }),
    readWhole: (body, request) => readWholeMessage(body, answerOptions(request)),
    readError: parseError,
    requestIdHeader: 'request-id',
  };
}
