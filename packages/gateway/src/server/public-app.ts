import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import express, { type Request, type Response } from 'express';
import { GatewayError, type Clock, type Endpoint } from '@tollgate/core';
import type { Build } from '@tollgate/telemetry';
import { servedCalls, type ServedCall } from '../calls/served-calls.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import { runRequest, type PipelineParts } from '../pipeline/run-request.ts';
import { asGatewayError, sendError } from '../pipeline/refuse.ts';
import type { Arrived } from '../pipeline/stages.ts';
import { showKey } from './show-key.ts';
import { showModel, showModels } from './show-models.ts';
import { arrive, newRequestId } from './arrive.ts';
import { sendHealth, sendReadiness, type Readiness } from './health.ts';

export interface PublicParts {
  readonly clock: Clock;
  readonly proxies: () => BlockList;
  /** By the config in force when the request arrives; a reload does not change a request under way. */
  readonly pipeline: () => PipelineParts;
  readonly readiness: () => Readiness;
  readonly build: Build;
  readonly onFault: (error: unknown) => void;
}

const pages = ['/v1/key', '/v1/models', '/v1/models/*name', '/healthz', '/readyz'];

/** A model's name may have slashes in it. */
const nameOf = (pieces: string | string[] | undefined): string =>
  typeof pieces === 'string' ? pieces : (pieces ?? []).join('/');

/** The public port's routes. Paths that are not listed are refused, never passed on. */
export function createPublicApp(parts: PublicParts): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');
  app.enable('strict routing');

  const guarded = <From extends IncomingMessage>(run: (request: From, response: ServerResponse) => Promise<void>) => {
    return (request: From, response: ServerResponse): void => {
      run(request, response).catch((error: unknown) => {
        parts.onFault(error);
        response.destroy();
      });
    };
  };
  const take = (served: ServedCall) =>
    guarded(async (request, response) => {
      const pipeline = parts.pipeline();
      const facts = { clock: parts.clock, proxies: parts.proxies(), tracer: pipeline.tracer };
      await runRequest(arrive({ request, response }, served.endpoint, facts), served, pipeline);
    });
  const show = (endpoint: Endpoint, page: (arrived: Arrived, request: Request) => Promise<void>) =>
    guarded((request: Request, response) =>
      page(arrive({ request, response }, endpoint, { clock: parts.clock, proxies: parts.proxies() }), request),
    );

  const calls = new Map(servedCalls.map((served) => [served.path, take(served)]));
  for (const [path, call] of calls) app.post(path, call);
  app.get(
    '/v1/key',
    show('key', (arrived) => showKey(arrived, parts.pipeline())),
  );
  app.get(
    '/v1/models',
    show('models', (arrived) => showModels(arrived, parts.pipeline())),
  );
  app.get(
    '/v1/models/*name',
    show('models', (arrived, { params }) => showModel(arrived, nameOf(params['name']), parts.pipeline())),
  );
  app.get('/healthz', (_request, response) => sendHealth(response, parts.build));
  app.get('/readyz', (_request, response) => sendReadiness(response, parts.readiness()));
  const refuseRoute = (response: ServerResponse, error: GatewayError): void => {
    const unserved = { response, endpoint: undefined, requestId: newRequestId() };
    const facts = { nowMs: parts.clock.nowMs(), standings: [], target: undefined, attempts: 0, closing: true };
    sendError(unserved, error, answerHeaders({ ...unserved, ...facts }));
  };
  app.all([...servedCalls.map(({ path }) => path), ...pages], (request, response) =>
    refuseRoute(response, methodNotAllowed(request)),
  );
  app.use((_request, response) => refuseRoute(response, unknownPath()));
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
    refuseRoute(response, asGatewayError(error));
  });
  // A call needs no more of the router than its path, which a router looks for among all of them.
  return (request, response) => {
    const call = request.method === 'POST' ? calls.get(request.url ?? '') : undefined;
    if (call === undefined) app(request, response);
    else call(request, response);
  };
}

const methodNotAllowed = (request: Request): GatewayError =>
  new GatewayError('method_not_allowed', { message: `This path does not take ${request.method.slice(0, 16)}.` });

const unknownPath = (): GatewayError =>
  new GatewayError('unknown_path', {
    message: 'There is nothing at this path. See the list of endpoints in the docs.',
  });
