import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import express, { type Express, type Request, type Response } from 'express';
import { adminErrorBody, AdminError, answerAdminRequest, type AdminContext } from '@tollgate/admin';
import { GatewayError, StoreError, tryParseJson, type Clock, type Secret } from '@tollgate/core';
import type { Build, Metrics } from '@tollgate/telemetry';
import type { AuthenticationGuard } from '../http/authentication-guard.ts';
import { BodyBudget } from '../http/body-budget.ts';
import { addressGroup } from '../http/peer-address.ts';
import { readBody } from '../http/read-body.ts';
import { sendHealth, sendJson, sendReadiness, type Readiness } from './health.ts';

export interface OperatorParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** The metrics as text. */
  readonly scrape: () => Promise<string>;
  readonly admin: AdminContext;
  /** Undefined: the admin API is closed. */
  readonly adminToken: Secret | undefined;
  readonly guard: AuthenticationGuard;
  readonly readiness: () => Readiness;
  readonly build: Build;
  readonly onFault: (error: unknown) => void;
}

const adminBody = { maxBytes: 65_536, timeoutMs: 10_000 };

/** The operator port: metrics and health for machines, the admin API for holders of the admin token. */
export function createOperatorApp(parts: OperatorParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  const bodies = new BodyBudget(() => 16 * adminBody.maxBytes);

  const guarded = (run: (request: Request, response: Response) => Promise<void>) => {
    return (request: Request, response: Response): void => {
      run(request, response).catch((error: unknown) => answerFault(response, error, parts.onFault));
    };
  };
  app.get(
    '/metrics',
    guarded(async (_request, response) => {
      const text = Buffer.from(await parts.scrape());
      response.writeHead(200, { 'content-type': parts.metrics.registry.contentType, 'content-length': text.length });
      response.end(text);
    }),
  );
  app.get('/healthz', (_request, response) => sendHealth(response, parts.build));
  app.get('/readyz', (_request, response) => sendReadiness(response, parts.readiness()));
  app.use(
    '/admin/v1',
    guarded(async (request, response) => {
      await assertAdmin(request, parts);
      const answer = await answerAdminRequest(parts.admin, {
        method: request.method,
        ...splitAddress(request.originalUrl),
        body: await readJson(request, bodies, parts.clock),
      });
      sendJson(response, answer.status, answer.body);
    }),
  );
  app.use((_request, response) =>
    sendJson(response, 404, plainError('unknown_path', 'There is nothing at this path.')),
  );
  return app;
}

function splitAddress(address: string): { path: string; query: string } {
  const { pathname, search } = new URL(address, 'http://operator');
  return { path: pathname, query: search.slice(1) };
}

/** Wrong tokens are counted by address, so that one cannot be guessed at leisure. */
async function assertAdmin(request: IncomingMessage, parts: OperatorParts): Promise<void> {
  const address = addressGroup(request.socket.remoteAddress ?? '');
  await parts.guard.assertOpen(address);
  const [scheme = '', presented = ''] = (request.headers.authorization ?? '').split(/ +/);
  const expected = parts.adminToken?.reveal();
  if (expected !== undefined && scheme.toLowerCase() === 'bearer' && sameText(presented, expected)) return;
  await parts.guard.recordFailure(address);
  throw new GatewayError('invalid_key', {
    message:
      expected === undefined
        ? 'The admin API is closed: the node was started without TOLLGATE_ADMIN_TOKEN.'
        : 'Send the admin token as `Authorization: Bearer …`.',
  });
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

async function readJson(request: IncomingMessage, bodies: BodyBudget, clock: Clock): Promise<unknown> {
  const raw = await readBody(request, adminBody, { budget: bodies, clock });
  bodies.giveBack(raw.length);
  if (raw.length === 0) return undefined;
  const body = tryParseJson(raw.toString('utf8'));
  if (body === undefined) throw new AdminError('invalid_input', 'the body is not JSON');
  return body;
}

function answerFault(response: Response, error: unknown, onFault: (error: unknown) => void): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof AdminError) return sendJson(response, error.status, adminErrorBody(error));
  if (error instanceof GatewayError) return sendJson(response, error.status, plainError(error.code, error.message));
  if (error instanceof StoreError) return sendJson(response, 503, plainError('store_unavailable', error.message));
  onFault(error);
  sendJson(response, 500, plainError('internal_error', 'Something went wrong; the log has the cause.'));
}

const plainError = (code: string, message: string): object => ({ error: { code, message } });
