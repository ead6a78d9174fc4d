import type { AttemptError, AttemptErrorCode } from '@tollgate/core';
import type { TargetVerdict } from './circuit-breaker.ts';

const faults: ReadonlySet<AttemptErrorCode> = new Set([
  'connect_failed',
  'connect_timeout',
  'connection_reset',
  'first_content_timeout',
  'unstreamed_timeout',
  'idle_timeout',
  'overloaded',
  'server_error',
  'malformed_answer',
  'cut',
]);

/** Ended by us, whatever the provider was about to do. */
const endedByUs: ReadonlySet<AttemptErrorCode> = new Set(['aborted', 'deadline_passed']);

/** What a failed attempt says about its target. Refusals of a request or a credential come from a target that works. */
export function targetVerdict(error: AttemptError): TargetVerdict {
  if (faults.has(error.code)) return 'faulty';
  if (error.code === 'error_in_answer') return error.next === 'retry' ? 'faulty' : 'alive';
  return endedByUs.has(error.code) || error.httpStatus === undefined ? 'unclear' : 'alive';
}
