import { AttemptError, tryParseJson, type ProviderRefusal } from '@tollgate/core';
import type { AnswerFacts, WireHeaders } from './adapter.ts';
import { classifyFailure, type FailureClass } from './classify-failure.ts';
import { readProviderWords, type ProviderWords } from './provider-words.ts';
import { redactProviderText } from './redact.ts';
import { readRetryAfterMs } from './retry-after.ts';

/** What a status that is not 2xx means; the body may be JSON, HTML or cut short. */
export const readRefusal = (status: number, headers: WireHeaders, body: Buffer): AttemptError =>
  refusalFrom(readProviderWords(tryParseJson(body.toString('utf8'))), status, headers);

/** The same where the provider's words have been read already. */
export function refusalFrom(words: ProviderWords | undefined, status: number, headers: WireHeaders): AttemptError {
  const kind = heedShouldRetry(classifyFailure(words, status), headers['x-should-retry']);
  return new AttemptError(kind.code, {
    ...kind,
    message: describe(`HTTP ${status}`, words),
    httpStatus: status,
    retryAfterMs: readRetryAfterMs(headers) ?? words?.retryAfterMs,
    providerSaid: refusalOf(words),
  });
}

/**
 * An error inside a 2xx, in a stream or a whole answer. Before content it may be followed by whatever
 * its kind allows; after content nothing may.
 */
export function errorInAnswer(words: ProviderWords | undefined, contentSeen: boolean): AttemptError {
  const kind = classifyFailure(words, words?.status);
  return new AttemptError('error_in_answer', {
    message: describe('error inside the answer', words),
    next: contentSeen ? 'stop' : kind.next,
    billing: contentSeen ? 'possible' : kind.billing,
    credential: kind.credential,
    httpStatus: words?.status,
    retryAfterMs: words?.retryAfterMs,
    providerSaid: refusalOf(words),
  });
}

/** The answer is not what the protocol says: no JSON, a page, the wrong shape. */
export const malformedAnswer = (message: string, cause?: unknown): AttemptError =>
  new AttemptError('malformed_answer', {
    message,
    next: 'target',
    billing: 'possible',
    cause,
  });

export const answerTooLarge = (message: string): AttemptError =>
  new AttemptError('answer_too_large', { message, next: 'target', billing: 'possible' });

/** A stream ended before the event that its protocol ends with. */
export const brokenOff = (facts: Pick<AnswerFacts, 'contentSeen'>, cause?: unknown): AttemptError =>
  facts.contentSeen
    ? new AttemptError('cut', {
        message: 'the stream ended before its terminal event',
        next: 'stop',
        billing: 'possible',
        cause,
      })
    : new AttemptError('connection_reset', {
        message: 'the connection ended before any content',
        next: 'retry',
        billing: 'possible',
        cause,
      });

/** Anthropic and OpenAI say outright whether a retry can help; their SDKs obey it before anything else. */
function heedShouldRetry(kind: FailureClass, header: WireHeaders[string]): FailureClass {
  if (header === 'false' && kind.next === 'retry') return { ...kind, next: 'target' };
  if (header === 'true' && kind.code === 'request_rejected') return { ...kind, next: 'retry' };
  return kind;
}

function describe(what: string, words: ProviderWords | undefined): string {
  const name = words?.names[0] ?? (words?.code === undefined ? '' : String(words.code));
  const message = words?.message === undefined ? '' : `: ${redactProviderText(words.message)}`;
  return `${what}${name === '' ? '' : ` ${redactProviderText(name)}`}${message}`;
}

function refusalOf(words: ProviderWords | undefined): ProviderRefusal | undefined {
  if (words?.message === undefined) return undefined;
  return {
    message: redactProviderText(words.message),
    type: words.type,
    code: words.code,
    param: words.param,
  };
}
