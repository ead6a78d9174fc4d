import type { Endpoint, GatewayError, ScopeStanding } from '@tollgate/core';
import { anthropicErrorBody, openaiErrorBody } from './error-body.ts';
import { anthropicLimitHeaders, openaiLimitHeaders } from './rate-limit-headers.ts';

/** How the answers that are ours alone are worded: errors, and the headers that tell of limits and of the request. */
export interface Dialect {
  errorBody(error: GatewayError, requestId: string): string;
  /** What ends a stream that cannot go on. */
  errorEvent(error: GatewayError, requestId: string): string;
  limitHeaders(standings: readonly ScopeStanding[], nowMs: number): Record<string, string>;
  /** Beside `x-request-id`, where the protocol has a header of its own for it. */
  readonly requestIdHeader: string | undefined;
}

const openai: Dialect = {
  errorBody: openaiErrorBody,
  errorEvent: (error) => `data: ${openaiErrorBody(error)}\n\n`,
  limitHeaders: openaiLimitHeaders,
  requestIdHeader: undefined,
};

/** Events of the Responses API have a name and a type; its SDK raises what `error` holds. */
const openaiResponses: Dialect = {
  ...openai,
  errorEvent: (error) => `event: error\ndata: {"type":"error",${openaiErrorBody(error).slice(1)}\n\n`,
};

const anthropic: Dialect = {
  errorBody: anthropicErrorBody,
  errorEvent: (error, requestId) => `event: error\ndata: ${anthropicErrorBody(error, requestId)}\n\n`,
  limitHeaders: anthropicLimitHeaders,
  requestIdHeader: 'request-id',
};

const ofEndpoint: Readonly<Partial<Record<Endpoint, Dialect>>> = {
  responses: openaiResponses,
  messages: anthropic,
  count_tokens: anthropic,
};

/** Undefined is a path that is served to nobody. */
export const dialectOf = (endpoint: Endpoint | undefined): Dialect =>
  (endpoint === undefined ? undefined : ofEndpoint[endpoint]) ?? openai;
