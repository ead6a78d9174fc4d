import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tryParseJson, type JsonValue } from '@tollgate/core';
import { z } from 'zod';
import { controlPrefix, type ControlRoute } from '../control/control-routes.ts';
import { matchRoute } from '../providers/match-route.ts';
import { modelsLists } from '../providers/routes.ts';
import type { CallHandler } from './call-handler.ts';
import { readBody } from './read-body.ts';

const maxControlBytes = 64 * 1024 * 1024;

export interface ListenerParts {
  readonly handleCall: CallHandler;
  readonly controlRoutes: ReadonlyMap<string, ControlRoute>;
}

/** Leads a request to the provider it is for, or to the control API. What fails here is the simulator's own fault, and says so. */
export function createRequestListener(parts: ListenerParts): RequestListener {
  return (request, response) => {
    route(parts, request, response).catch((error: unknown) => {
      process.emitWarning(error instanceof Error ? error : String(error));
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: { message: `The simulator itself failed: ${messageOf(error)}` } });
    });
  };
}

async function route(parts: ListenerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://simulator.invalid');
  if (url === null) return sendJson(response, 404, { error: { message: 'The path is none.' } });
  const matched = matchRoute(request.method ?? '', url);
  if (matched !== undefined) return parts.handleCall(matched, request, response);
  const models = modelsLists.get(`${request.method} ${url.pathname}`);
  if (models !== undefined) return sendJson(response, 200, models());
  if (url.pathname === '/healthz') return sendJson(response, 200, { status: 'ok' });
  const controlRoute = url.pathname.startsWith(controlPrefix)
    ? parts.controlRoutes.get(`${request.method} ${url.pathname.slice(controlPrefix.length)}`)
    : undefined;
  if (controlRoute !== undefined) return control(controlRoute, { request, response, url });
  sendJson(response, 404, { error: { message: `Nothing is served at ${request.method} ${url.pathname}.` } });
}

async function control(
  controlRoute: ControlRoute,
  { request, response, url }: { request: IncomingMessage; response: ServerResponse; url: URL },
): Promise<void> {
  const body = await readBody(request, maxControlBytes);
  if (body === 'client_gone') return;
  if (body === 'too_large') return sendJson(response, 413, { error: { message: 'The body is too large.' } });
  const query = url.searchParams.size === 0 ? undefined : Object.fromEntries(url.searchParams);
  try {
    sendJson(response, 200, controlRoute(body.length === 0 ? query : tryParseJson(body.toString('utf8'))));
  } catch (error) {
    sendJson(response, 400, { error: { message: messageOf(error) } });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

function sendJson(response: ServerResponse, status: number, value: JsonValue): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
