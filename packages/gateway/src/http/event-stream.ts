import type { ServerResponse } from 'node:http';
import type { GatewayError } from '@tollgate/core';
import type { Read } from '../pipeline/stages.ts';
import { dialectOf } from './dialect.ts';

/** Status and headers of an event stream, unless keep-alive comments have sent them already. */
export function beginStream(
  response: ServerResponse,
  headers: Record<string, string>,
  contentType = 'text/event-stream; charset=utf-8',
): void {
  if (response.headersSent) return;
  headers['content-type'] = contentType;
  headers['cache-control'] = 'no-cache';
  headers['x-accel-buffering'] = 'no';
  response.writeHead(200, headers);
  // As the first part of what is written next Node would keep them for as long as the stream is open, in the hundred
  // pieces that it puts them together of.
  response.flushHeaders();
}

/** Ends a stream that cannot go on: with an error event, never cleanly. Bytes have no place for one, and break off. */
export function endStreamWithError(
  { response, endpoint, requestId, call }: Pick<Read, 'response' | 'endpoint' | 'requestId' | 'call'>,
  error: GatewayError,
): void {
  if (call.answersInBytes) return void response.destroy();
  response.end(dialectOf(endpoint).errorEvent(error, requestId));
}
