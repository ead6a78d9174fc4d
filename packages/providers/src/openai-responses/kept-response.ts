import { noUsage, type ProviderRequest } from '@tollgate/core';
import { noFacts, type Adapter, type WireRequest } from '../base/adapter.ts';
import { readRefusal } from '../base/answer-errors.ts';
import { notServed } from '../base/not-served.ts';
import { responsesHeaders, responsesPath } from './build-request.ts';
import type { ResponsesDialect } from './dialect.ts';

/** What is asked of a response that the provider keeps. Its usage was charged when it was made, and costs nothing again. */
export const createKeptResponseAdapter = (dialect: ResponsesDialect): Adapter => ({
  buildRequest: (request) => buildRequest(request, dialect),
  createStreamReader: notServed.createStreamReader,
  readWhole: (body) => ({
    body,
    facts: { ...noFacts, contentSeen: true, finishReason: 'stop', usage: noUsage },
  }),
  readError: readRefusal,
  requestIdHeader: dialect.requestIdHeader,
});

const methods = { get: 'GET', input_items: 'GET', delete: 'DELETE', cancel: 'POST' } as const;
const suffixes = { get: '', delete: '', input_items: '/input_items', cancel: '/cancel' } as const;

function buildRequest(request: ProviderRequest, dialect: ResponsesDialect): WireRequest {
  const { keptResponse } = request.call;
  if (keptResponse === undefined || keptResponse.action === 'continue') return notServed.buildRequest(request);
  const { id, action, query } = keptResponse;
  return {
    method: methods[action],
    path: `${responsesPath}/${encodeURIComponent(id)}${suffixes[action]}${query === '' ? '' : `?${query}`}`,
    headers: responsesHeaders(request, dialect),
    body: Buffer.alloc(0),
  };
}
