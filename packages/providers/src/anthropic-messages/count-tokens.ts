import { noUsage, type ProviderRequest } from '@tollgate/core';
import { noFacts, type Adapter, type WholeAnswer } from '../base/adapter.ts';
import { malformedAnswer } from '../base/answer-errors.ts';
import { notServed } from '../base/not-served.ts';
import { parseError } from '../anthropic/parse-error.ts';
import { anthropicDialect } from './adapter.ts';
import { buildRequest } from './build-request.ts';
import { parseAnswer } from './read-whole.ts';

/**
 * `POST /v1/messages/count_tokens` of Anthropic, free of charge. Kinds of provider that have nothing like it
 * are not asked: an estimate would not be what was asked for.
 */
export const countTokensAdapter: Adapter = {
  buildRequest: (request: ProviderRequest) =>
    // The cap is no member of this request.
    buildRequest(
      { ...request, outputCapTokens: undefined },
      { ...anthropicDialect, path: `${anthropicDialect.path}/count_tokens` },
    ),
  createStreamReader: notServed.createStreamReader,
  readWhole: readCount,
  readError: parseError,
  requestIdHeader: anthropicDialect.requestIdHeader,
};

/** Throws AttemptError for a 2xx that is no count. */
function readCount(body: Buffer): WholeAnswer {
  const tokens = parseAnswer(body)['input_tokens'];
  if (typeof tokens !== 'number') throw malformedAnswer('the answer has no input_tokens');
  return { body, facts: { ...noFacts, contentSeen: true, finishReason: 'stop', usage: noUsage } };
}
