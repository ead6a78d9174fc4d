import { AttemptError, type AttemptBilling } from '@tollgate/core';
import type { TimeoutCode } from './attempt-watch.ts';

/** What decides whether an attempt that we end may be billed, and whether another may follow. */
export interface AttemptFacts {
  readonly requestSent: boolean;
  readonly afterTimeout: boolean;
}

const billing = ({ requestSent }: AttemptFacts): AttemptBilling => (requestSent ? 'possible' : 'none');

const words: Readonly<Record<TimeoutCode, string>> = {
  first_content_timeout: 'no content came in time',
  unstreamed_timeout: 'the whole answer did not come in time',
  idle_timeout: 'the answer stalled',
  deadline_passed: 'the time for the whole call ran out',
};

/** A time-out once the request was sent ends the call unless config says otherwise: the provider may bill it. */
export function timeoutError(code: TimeoutCode, facts: AttemptFacts): AttemptError {
  const endsCall = code === 'deadline_passed' || (facts.requestSent && !facts.afterTimeout);
  return new AttemptError(code, {
    message: words[code],
    next: endsCall ? 'stop' : 'target',
    billing: billing(facts),
  });
}

export const abortedError = (facts: AttemptFacts): AttemptError =>
  new AttemptError('aborted', { message: 'the call was aborted', next: 'stop', billing: billing(facts) });

export const emptyAnswerError = (): AttemptError =>
  new AttemptError('malformed_answer', {
    message: 'the answer ended with neither content nor a finish',
    next: 'retry',
    billing: 'possible',
  });

export const overfullError = (): AttemptError =>
  new AttemptError('answer_too_large', {
    message: 'too much came before any content',
    next: 'target',
    billing: 'possible',
  });
