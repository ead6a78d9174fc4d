import type { Adapter } from '../base/adapter.ts';
import { readRefusal } from '../base/answer-errors.ts';
import { buildRequest } from './build-request.ts';
import type { ResponsesDialect } from './dialect.ts';
import { ResponseRelay } from './read-stream.ts';
import { readWhole } from './read-whole.ts';

/** An adapter for calls of OpenAI's Responses API, passed through byte by byte. */
export const createResponsesAdapter = (dialect: ResponsesDialect): Adapter => ({
  buildRequest: (request) => buildRequest(request, dialect),
  createStreamReader: () => new ResponseRelay(dialect),
  readWhole: (body) => readWhole(body, dialect),
  readError: readRefusal,
  requestIdHeader: dialect.requestIdHeader,
});
