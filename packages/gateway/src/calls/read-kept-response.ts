import { GatewayError, jsonBodyOf, type Call, type KeptResponseAction } from '@tollgate/core';
import { unsupported } from './call-fields.ts';

/** What is asked of a response that its provider keeps: no model is called. */
export function readKeptResponse(action: KeptResponseAction, id: string, query: string): Call {
  return {
    endpoint: 'stored_responses',
    protocol: 'stored_responses',
    // The response was made by one, which is found with it.
    model: '',
    stream: false,
    wantsStreamUsage: true,
    choices: 1,
    outputCapTokens: 0,
    serviceTier: undefined,
    inputTextBytes: 0,
    body: jsonBodyOf({}),
    keptResponse: { id: readId(id), action, query: readQuery(query) },
  };
}

const readId = (id: string): string => {
  if (/^[\w.-]{1,256}$/.test(id)) return id;
  throw responseNotFound();
};

const allowed: ReadonlySet<string> = new Set(['after', 'before', 'limit', 'order', 'include', 'include[]']);

/** Only paging and `include` go on to the provider; an answer that was asked for as a stream is not kept as one. */
function readQuery(query: string): string {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!allowed.has(name))
      throw unsupported(name.slice(0, 64), 'cannot be used with a response that is kept: leave it out');
  }
  return parameters.toString();
}

/** One answer for what does not exist and for what is somebody else's. */
export const responseNotFound = (): GatewayError =>
  new GatewayError('response_not_found', {
    message: 'No response of this id is kept for you. It may have been made with `store: false`, or too long ago.',
    param: 'response_id',
  });
