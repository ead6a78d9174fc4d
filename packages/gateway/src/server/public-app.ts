import type { BlockList } from 'node:net';
import express, { type Express, type Request, type Response } from 'express';
import { GatewayError, type Clock } from '@tollgate/core';
import type { Build } from '@tollgate/telemetry';
import { servedCalls, type ServedCall } from '../calls/served-calls.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import { runRequest, type PipelineParts } from '../pipeline/run-request.ts';
import { asGatewayError, sendError } from '../pipeline/refuse.ts';
import { showKey } from './show-key.ts';
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

/** The public port's routes. Paths that are not listed are refused, never passed on. */
export function createPublicApp(parts: PublicParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');
  app.enable('strict routing');

  const guarded = (run: (request: Request, response: Response) => Promise<void>) => {
    return (request: Request, response: Response): void => {
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
  const key = guarded(async (request, response) => {
    const arrived = arrive({ request, response }, 'key', { clock: parts.clock, proxies: parts.proxies() });
    await showKey(arrived, parts.pipeline());
  });

  for (const served of servedCalls) app.post(served.path, take(served));
  app.get('/v1/key', key);
  app.get('/healthz', (_request, response) => sendHealth(response, parts.build));
  app.get('/readyz', (_request, response) => sendReadiness(response, parts.readiness()));
  const refuseRoute = (response: Response, error: GatewayError): void => {
    const unserved = { response, endpoint: undefined, requestId: newRequestId() };
    const facts = { nowMs: parts.clock.nowMs(), standings: [], target: undefined, attempts: 0, closing: true };
    sendError(unserved, error, answerHeaders({ ...unserved, ...facts }));
  };
  app.all([...servedCalls.map(({ path }) => path), '/v1/key', '/healthz', '/readyz'], (request, response) =>
    refuseRoute(response, methodNotAllowed(request)),
  );
  app.use((_request, response) => refuseRoute(response, unknownPath()));
  app.use((error: unknown, _request: Request, response: Response, _next: unknown) => {
    refuseRoute(response, asGatewayError(error));
  });
  return app;
}

const methodNotAllowed = (request: Request): GatewayError =>
  new GatewayError('method_not_allowed', { message: `This path does not take ${request.method.slice(0, 16)}.` });

const unknownPath = (): GatewayError =>
  new GatewayError('unknown_path', {
    message: 'There is nothing at this path. See the list of endpoints in the docs.',
  });
