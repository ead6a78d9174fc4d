import type { ServerResponse } from 'node:http';
import type { GatewayError } from '@tollgate/core';
import type { Arrived } from '../pipeline/stages.ts';
import { dialectOf } from './dialect.ts';

/** Status and headers of an event stream, unless keep-alive comments have sent them already. */
export function beginStream(response: ServerResponse, headers: Record<string, string>): void {
  if (response.headersSent) return;
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
}

/** Ends a stream that cannot go on: with an error event, never cleanly. */
export function endStreamWithError(
  { response, endpoint, requestId }: Pick<Arrived, 'response' | 'endpoint' | 'requestId'>,
  error: GatewayError,
): void {
  response.end(dialectOf(endpoint).errorEvent(error, requestId));
}
