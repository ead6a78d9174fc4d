import { GatewayError, type AttemptError, type AttemptErrorCode } from '@tollgate/core';
import { targetName, type AttemptRecord } from './attempt-record.ts';

export interface FailedAttempt {
  readonly record: AttemptRecord;
  readonly error: AttemptError;
}

/** The provider understood the request and will not have it; a target with other abilities might. */
const refusals: ReadonlySet<AttemptErrorCode> = new Set(['request_rejected', 'model_not_found', 'context_too_long']);

const saturations: ReadonlySet<AttemptErrorCode> = new Set(['rate_limited', 'overloaded']);

const timeouts: ReadonlySet<AttemptErrorCode> = new Set([
  'connect_timeout',
  'first_content_timeout',
  'unstreamed_timeout',
  'idle_timeout',
  'deadline_passed',
]);

/**
 * What a caller is told when every attempt, at least one, has failed.
 *
 * - A refusal of the request is passed on in the provider's words and with its status, if nothing but
 *   refusals came or it is the last word.
 * - Every attempt turned away for want of capacity is 503 `no_target_available` with a Retry-After: it
 *   is the provider's limit, so no 429, which would tell the caller that its own is used up; nothing
 *   was billed, so unlike with `upstream_failed` a retry is safe.
 * - A time-out at the end is 504, anything else 502.
 */
export function explainFailure(failures: readonly FailedAttempt[], saturatedForMs: number): GatewayError {
  const last = failures.at(-1)?.error;
  if (last !== undefined && isFinalWord(last, failures)) return passOn(last);
  const account = `${failures.map(describe).join('; ')}.`;
  if (last !== undefined && isSaturation(failures)) {
    return new GatewayError('no_target_available', {
      message: `Every target of the model is at its limit: ${account}`,
      retryAfterMs: soonestMs(failures) ?? saturatedForMs,
      cause: last,
    });
  }
  return last !== undefined && timeouts.has(last.code)
    ? new GatewayError('upstream_timeout', { message: `No provider answered in time: ${account}`, cause: last })
    : new GatewayError('upstream_failed', { message: `Every attempt failed: ${account}`, cause: last });
}

const isFinalWord = (last: AttemptError, failures: readonly FailedAttempt[]): boolean =>
  (last.next === 'stop' && (refusals.has(last.code) || saidInAnswer(last))) ||
  failures.every(({ error }) => refusals.has(error.code));

/** A refusal that came inside a 200. */
const saidInAnswer = (error: AttemptError): boolean =>
  error.code === 'error_in_answer' && error.providerSaid !== undefined;

const isSaturation = (failures: readonly FailedAttempt[]): boolean =>
  failures.every(({ error, record }) => saturations.has(error.code) && record.billing === 'none');

function passOn(error: AttemptError): GatewayError {
  if (error.cause instanceof GatewayError) return error.cause;
  const { httpStatus, providerSaid } = error;
  return new GatewayError('upstream_rejected', {
    message: providerSaid?.message ?? error.message,
    ...(httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500 && { status: httpStatus }),
    ...(providerSaid?.type !== undefined && { providerType: providerSaid.type }),
    ...(providerSaid?.code !== undefined && { providerCode: providerSaid.code }),
    ...(providerSaid?.param !== undefined && { param: providerSaid.param }),
    cause: error,
  });
}

function describe({ record }: FailedAttempt): string {
  const status = record.httpStatus === undefined ? '' : ` (${record.httpStatus})`;
  return `${targetName(record.target)} with credential ${record.credential}: ${record.result}${status}`;
}

function soonestMs(failures: readonly FailedAttempt[]): number | undefined {
  const waits = failures.flatMap(({ error }) => (error.retryAfterMs === undefined ? [] : [error.retryAfterMs]));
  return waits.length === 0 ? undefined : Math.min(...waits);
}
