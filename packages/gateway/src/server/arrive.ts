import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Clock, Endpoint } from '@tollgate/core';
import type { Tracer } from '@tollgate/telemetry';
import { peerAddress } from '../http/peer-address.ts';
import { clientRequestId } from '../http/request-headers.ts';
import { LightCallEnd } from '../pipeline/call-end.ts';
import type { Arrived } from '../pipeline/stages.ts';

/** What is known of a request before anything of it is believed. Ends with its connection. */
export function arrive(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  endpoint: Endpoint,
  { clock, proxies, tracer }: { clock: Clock; proxies: BlockList; tracer?: Tracer | undefined },
): Arrived {
  const ended = new LightCallEnd();
  // A write can race the end of the connection; `close` tells all that matters.
  response.on('error', () => undefined);
  response.once('close', () => {
    if (!response.writableFinished) ended.abort();
  });
  const traceparent = callersTraceparent(request);
  return {
    request,
    response,
    endpoint,
    requestId: newRequestId(),
    clientRequestId: clientRequestId(request),
    traceparent,
    trace: tracer?.begin(traceparent),
    peerAddress: peerAddress(request, proxies),
    arrivedAtMs: clock.nowMs(),
    startedMs: clock.monotonicMs(),
    ended,
  };
}

/** Unique for good: the reservation's id too. */
export function newRequestId(): string {
  const id = randomUUID();
  return `req_${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${id.slice(19, 23)}${id.slice(24)}`;
}

/** W3C trace context, version 00; anything else is as if it were not there. */
function callersTraceparent(request: IncomingMessage): string | undefined {
  const value = request.headers['traceparent'];
  return typeof value === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : undefined;
}
