import type { IncomingMessage } from 'node:http';
import { GatewayError, StoreError, type Clock, type ErrorCode } from '@tollgate/core';
import { dialectOf } from '../http/dialect.ts';
import { setRetryHeaders } from '../http/error-body.ts';
import { ClientLeft } from '../http/read-body.ts';
import { clientLeftStatus, type Ending } from './ending.ts';
import type { Arrived, Stage } from './stages.ts';

/** What still comes of a refused body is dropped for so long; then the connection is closed. */
const discardMs = 1000;

/** A body that says to be no longer is read to its end, and its connection kept. */
const shortBytes = 64 * 1024;

/** Answers what never got as far as a provider, and says how it ended. */
export function refuse(
  stage: Stage,
  thrown: unknown,
  { headers, clock }: { headers: Record<string, string>; clock: Clock },
): Ending {
  const nothing = {
    outcome: undefined,
    attempts: [],
    target: undefined,
    firstByteMs: undefined,
    upstreamMs: 0,
    charge: undefined,
  };
  if (thrown instanceof ClientLeft || stage.response.destroyed) {
    stage.response.destroy();
    return { ...nothing, status: clientLeftStatus, error: undefined };
  }
  const error = asGatewayError(thrown);
  if (stage.request.complete) {
    sendError(stage, error, headers);
  } else {
    // Most of a short one is here already, and another connection would cost both sides more.
    const keeps = isShort(stage.request) && error.code !== 'body_timeout';
    if (!keeps) headers['connection'] = 'close';
    sendError(stage, error, headers);
    discardBody(stage, clock);
  }
  return { ...nothing, status: error.status, error };
}

const isShort = ({ headers }: IncomingMessage): boolean => Number(headers['content-length'] ?? Infinity) <= shortBytes;

/** What an error is told to. Without an endpoint: a path that is served to nobody. */
type Unserved = Pick<Arrived, 'response' | 'requestId'> & { readonly endpoint: Arrived['endpoint'] | undefined };

/** The error in the endpoint's shape. Once a stream has begun it is `endStreamWithError` that tells it. */
export function sendError(
  { response, endpoint, requestId }: Unserved,
  error: GatewayError,
  headers: Record<string, string>,
): void {
  const body = dialectOf(endpoint).errorBody(error, requestId);
  setRetryHeaders(headers, error);
  headers['content-type'] = 'application/json';
  headers['content-length'] = String(Buffer.byteLength(body));
  response.writeHead(error.status, headers);
  response.end(body);
}

export function asGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  if (thrown instanceof StoreError) return storeAway(thrown);
  return new GatewayError('internal_error', {
    message: 'Something went wrong inside the gateway. The request id finds the cause in its log.',
    cause: thrown,
  });
}

const storeAway = (cause: StoreError): GatewayError =>
  new GatewayError(codeOf(cause), {
    message: 'Keys and limits cannot be checked at the moment, so nothing was done. Try again shortly.',
    retryAfterMs: 1000,
    cause,
  });

function codeOf({ code }: StoreError): ErrorCode {
  if (code === 'backlog_full') return 'event_backlog_full';
  return code === 'recovering' ? 'ledger_recovering' : 'store_unavailable';
}

/**
 * A connection whose request was not read to the end cannot carry another one. Closing it at once would
 * reset it and lose the answer on its way to the client, so what still comes is dropped for a moment first.
 */
function discardBody({ request }: Stage, clock: Clock): void {
  const cancel = clock.schedule(discardMs, () => request.destroy());
  request.once('end', cancel).once('close', cancel).resume();
}
