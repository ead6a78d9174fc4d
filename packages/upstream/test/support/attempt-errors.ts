import { AttemptError, type AttemptErrorCode, type AttemptErrorDetails } from '@tollgate/core';

/** Each code as providers give birth to it. */
export const typicalErrors: Readonly<Record<AttemptErrorCode, Omit<AttemptErrorDetails, 'message'>>> = {
  connect_failed: { next: 'retry', billing: 'none' },
  connect_timeout: { next: 'retry', billing: 'none' },
  connection_reset: { next: 'retry', billing: 'possible' },
  first_content_timeout: { next: 'stop', billing: 'possible' },
  unstreamed_timeout: { next: 'stop', billing: 'possible' },
  idle_timeout: { next: 'stop', billing: 'possible' },
  deadline_passed: { next: 'stop', billing: 'possible' },
  rate_limited: { next: 'retry', billing: 'none', credential: 'cool', httpStatus: 429 },
  overloaded: { next: 'retry', billing: 'none', httpStatus: 529 },
  server_error: { next: 'retry', billing: 'possible', httpStatus: 500 },
  quota_spent: { next: 'credential', billing: 'none', credential: 'disable', httpStatus: 429 },
  credential_refused: { next: 'credential', billing: 'none', credential: 'disable', httpStatus: 401 },
  model_not_found: { next: 'target', billing: 'none', httpStatus: 404 },
  context_too_long: { next: 'longer_context', billing: 'none', httpStatus: 400 },
  request_rejected: { next: 'stop', billing: 'none', httpStatus: 400 },
  malformed_answer: { next: 'retry', billing: 'possible', httpStatus: 200 },
  answer_too_large: { next: 'target', billing: 'possible', httpStatus: 200 },
  error_in_answer: { next: 'retry', billing: 'possible', httpStatus: 200 },
  cut: { next: 'retry', billing: 'possible', httpStatus: 200 },
  aborted: { next: 'stop', billing: 'possible' },
};

export const allCodes = Object.keys(typicalErrors).filter((code): code is AttemptErrorCode => code in typicalErrors);

export const attemptError = (code: AttemptErrorCode, over: Partial<AttemptErrorDetails> = {}): AttemptError =>
  new AttemptError(code, { message: `the provider said ${code}`, ...typicalErrors[code], ...over });
