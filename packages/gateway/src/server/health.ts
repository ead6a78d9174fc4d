import type { ServerResponse } from 'node:http';
import type { Build } from '@tollgate/telemetry';

/** What a node's readiness is made of; all have to be true. */
export interface Readiness {
  /** Not draining. */
  readonly accepting: boolean;
  /** Redis answers, or config lets the node go on without it. */
  readonly store: boolean;
}

/** Alive: the process answers. Says what runs. */
export const sendHealth = (response: ServerResponse, build: Build): void =>
  sendJson(response, 200, { status: 'ok', ...build });

/** Ready: a load balancer may send requests. */
export function sendReadiness(response: ServerResponse, readiness: Readiness): void {
  const ready = readiness.accepting && readiness.store;
  sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', ...readiness });
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
