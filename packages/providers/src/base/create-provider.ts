import { atTurnEnd, AttemptError, Batch, GatewayError, type Clock, type Protocol, type Provider } from '@tollgate/core';
import { Pool } from 'undici';
import { ConnectionLanes } from './connection-lanes.ts';
import { parseBaseUrl, sealHeaders } from './egress.ts';
import { Exchange } from './exchange.ts';
import { notServed } from './not-served.ts';
import type { ProviderKind } from './provider-kind.ts';

/** A provider with connections of its own. */
export interface PooledProvider extends Provider {
  /** Whether calls of the protocol can be made there at all, translated or not. */
  serves(protocol: Protocol): boolean;
  /** Lets attempts under way finish, then closes the connections. */
  close(): Promise<void>;
}

export interface ConnectionLimits {
  /** A whole answer beyond this fails. Streams are bounded by the event only. */
  readonly maxAnswerBytes: number;
  /** How much of an error's body is read. */
  readonly maxErrorBytes: number;
  readonly maxHeaderBytes: number;
  /** How long an idle connection is kept where the server does not say; has to be less than it keeps them. */
  readonly keepAliveMs: number;
}

/** 4 s is below the 5 s of uvicorn and of Node, which most self-hosted model servers run on. */
export const defaultConnectionLimits: ConnectionLimits = {
  maxAnswerBytes: 32 * 1024 * 1024,
  maxErrorBytes: 64 * 1024,
  maxHeaderBytes: 32 * 1024,
  keepAliveMs: 4000,
};

/** Longest that a connection attempt lives on after the one that wanted it gave up. */
const abandonedConnectMs = 30_000;

/** Turns a kind into a provider by adding sockets. Throws a RangeError for a bad address. */
export function createProvider(options: {
  readonly name: string;
  readonly baseUrl: string;
  readonly kind: ProviderKind;
  readonly clock: Clock;
  readonly limits?: Partial<ConnectionLimits>;
}): PooledProvider {
  const { name, kind, clock } = options;
  const limits = { ...defaultConnectionLimits, ...options.limits };
  const { origin, basePath } = parseBaseUrl(options.baseUrl);
  const endings = new Batch(atTurnEnd);
  const lanes = new ConnectionLanes(() => createPool(origin, limits));
  return {
    name,
    serves: (protocol) => kind[protocol] !== undefined,
    send: (request, receiver) => {
      const adapter = kind[request.call.protocol] ?? notServed;
      const exchange = new Exchange({ adapter, clock, endings, request, receiver, ...limits });
      try {
        const wire = adapter.buildRequest(request);
        exchange.start(lanes.take(), { ...wire, path: basePath + wire.path, headers: sealHeaders(wire.headers) });
      } catch (error) {
        exchange.fail(unsent(error));
      }
      return exchange;
    },
    close: () => lanes.close(),
  };
}

/** One origin, HTTP/1.1, one request at a time on a connection. First content, idle and total time are the caller's to bound. */
const createPool = (origin: string, limits: ConnectionLimits): Pool =>
  new Pool(origin, {
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: limits.maxHeaderBytes,
    keepAliveTimeout: limits.keepAliveMs,
    connect: { timeout: abandonedConnectMs, noDelay: true, rejectUnauthorized: true },
  });

/** A call that cannot be said in the provider's protocol: another target may speak one that can. */
const unsent = (cause: unknown): AttemptError =>
  new AttemptError('request_rejected', {
    message: cause instanceof GatewayError ? cause.message : 'the request could not be built',
    next: 'target',
    billing: 'none',
    cause,
  });
