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

/**
 * What a failed attempt says about its target. A refusal of a request or a credential comes from a
 * target that works; without a status nothing was heard of it: we ended the attempt, or never sent it.
 */
export function targetVerdict(error: AttemptError): TargetVerdict {
  if (faults.has(error.code)) return 'faulty';
  if (error.code === 'error_in_answer') return error.next === 'retry' ? 'faulty' : 'alive';
  return error.httpStatus === undefined ? 'unclear' : 'alive';
}
