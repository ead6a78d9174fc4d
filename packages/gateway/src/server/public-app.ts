import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import express, { type Express, type Request, type Response } from 'express';
import { GatewayError, type Batch, type Clock, type Endpoint } from '@tollgate/core';
import type { Build } from '@tollgate/telemetry';
import { keptResponseCall, keptResponsePaths, servedCalls, type ServedCall } from '../calls/served-calls.ts';
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
  /** Requests that arrive in one turn go on together. */
  readonly arrivals: Batch;
  readonly onFault: (error: unknown) => void;
}

/** What the node answers by itself. */
export const nodePages: readonly string[] = ['/v1/key', '/v1/models', '/v1/models/*name', '/healthz', '/readyz'];

const queryOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

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
  const calls = new Map(servedCalls.map((served) => [served.path, guarded((...of) => take(served, of, parts), parts)]));
  for (const [path, call] of calls) app.post(path, call);
  routeKeptResponses(app, parts);
  routePages(app, parts);
  app.get('/healthz', (_request, response) => sendHealth(response, parts.build));
  app.get('/readyz', (_request, response) => sendReadiness(response, parts.readiness()));
  refuseOthers(app, parts);
  // A call needs no more of the router than its path, which a router looks for among all of them.
  return (request, response) => {
    const call = request.method === 'POST' ? calls.get(request.url ?? '') : undefined;
    if (call === undefined) app(request, response);
    else call(request, response);
  };
}

type Exchange<From extends IncomingMessage> = [request: From, response: ServerResponse];

/** What should never make a request reject ends its connection, and is told. */
const guarded =
  <From extends IncomingMessage>(run: (...exchange: Exchange<From>) => Promise<void>, { onFault }: PublicParts) =>
  (...exchange: Exchange<From>): void => {
    run(...exchange).catch((error: unknown) => {
      onFault(error);
      exchange[1].destroy();
    });
  };

function take(served: ServedCall, [request, response]: Exchange<IncomingMessage>, parts: PublicParts): Promise<void> {
  const pipeline = parts.pipeline();
  const facts = { clock: parts.clock, proxies: parts.proxies(), tracer: pipeline.tracer };
  const arrived = arrive({ request, response }, served.endpoint, facts);
  return parts.arrivals.join().then(() => runRequest(arrived, served, pipeline));
}

function routeKeptResponses(app: Express, parts: PublicParts): void {
  for (const [method, path, action] of keptResponsePaths) {
    const call = guarded((request: Request, response) => {
      const asked = { id: nameOf(request.params['id']), query: queryOf(request.originalUrl) };
      return take(keptResponseCall(action, asked), [request, response], parts);
    }, parts);
    app[method](path, call);
  }
}

function routePages(app: Express, parts: PublicParts): void {
  const show = (endpoint: Endpoint, page: (arrived: Arrived, request: Request) => Promise<void>) =>
    guarded((request: Request, response) => {
      const facts = { clock: parts.clock, proxies: parts.proxies() };
      return page(arrive({ request, response }, endpoint, facts), request);
    }, parts);
  const key = show('key', (arrived) => showKey(arrived, parts.pipeline()));
  const models = show('models', (arrived) => showModels(arrived, parts.pipeline()));
  const model = show('models', (arrived, { params }) => showModel(arrived, nameOf(params['name']), parts.pipeline()));
  app.get('/v1/key', key).get('/v1/models', models).get('/v1/models/*name', model);
}

function refuseOthers(app: Express, { clock }: PublicParts): void {
  const refuseRoute = (response: ServerResponse, error: GatewayError): void => {
    const unserved = { response, endpoint: undefined, requestId: newRequestId() };
    const facts = { nowMs: clock.nowMs(), standings: [], target: undefined, attempts: 0, closing: true };
    sendError(unserved, error, answerHeaders({ ...unserved, ...facts }));
  };
  const paths = [...servedCalls.map(({ path }) => path), ...keptResponsePaths.map(([, path]) => path), ...nodePages];
  app.all(paths, (request, response) => refuseRoute(response, methodNotAllowed(request)));
  app.use((_request, response) => refuseRoute(response, unknownPath()));
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
    refuseRoute(response, asGatewayError(error));
  });
}

const methodNotAllowed = (request: Request): GatewayError =>
  new GatewayError('method_not_allowed', { message: `This path does not take ${request.method.slice(0, 16)}.` });

const unknownPath = (): GatewayError =>
  new GatewayError('unknown_path', {
    message: 'There is nothing at this path. See the list of endpoints in the docs.',
  });
