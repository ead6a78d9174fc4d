import type { Failure } from '../call/refusal.ts';
import type { Fault, FaultContext } from './fault.ts';

/** Faults that are an error answer, in the provider's own shape. */
export const refusals: Readonly<Record<string, Fault>> = {
  '400': refusal('400', 'The request is refused.'),
  context_too_long: refusal('context_too_long', '400: the prompt is longer than the context window.'),
  '401': refusal('401', 'The credential is refused.'),
  '402': refusal('402', 'The account has no money left.'),
  '403': refusal('403', 'The credential may not do this.'),
  '404': refusal('404', 'The model does not exist.'),
  '408': refusal('408', 'The provider timed out.'),
  '409': refusal('409', 'A conflict.'),
  '413': refusal('413', 'The request is too large.'),
  '422': refusal('422', 'The request cannot be processed.'),
  '429': refusal('429', 'Rate limited, with `Retry-After: 1` unless told otherwise.', '1'),
  quota: refusal('quota', '429: the quota is spent, which waiting does not mend.'),
  '500': refusal('500', 'An internal error.'),
  '502': refusal('502', 'A bad gateway.'),
  '503': refusal('503', 'Unavailable.'),
  '504': refusal('504', 'A gateway timeout.'),
  '524': refusal('524', "The edge's timeout."),
  '529': refusal('529', 'Overloaded.'),
};

function refusal(kind: Failure['kind'], about: string, retryAfter?: string): Fault {
  return {
    about,
    parameters: ['retry_after'],
    apply: ({ errorScript, parameters }: FaultContext) => {
      const script = errorScript({ kind });
      const wait = parameters.retry_after ?? retryAfter;
      if (script.head === undefined || wait === undefined || wait === 'none') return script;
      return { ...script, head: { ...script.head, headers: { ...script.head.headers, 'retry-after': wait } } };
    },
  };
}
