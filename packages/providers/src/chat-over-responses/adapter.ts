import type { Adapter } from '../base/adapter.ts';
import { readRefusal } from '../base/answer-errors.ts';
import type { ResponsesDialect } from '../openai-responses/dialect.ts';
import { buildRequest } from './build-request.ts';
import { ResponseStreamReader } from './read-stream.ts';
import { readWhole } from './read-whole.ts';

/** Chat completions over OpenAI's Responses API, translated both ways. Nothing is kept at the provider. */
export const createChatOverResponses = (dialect: ResponsesDialect): Adapter => ({
  buildRequest: (request) => buildRequest(request, dialect),
  createStreamReader: ({ call }) => new ResponseStreamReader({ dialect, wantsUsage: call.wantsStreamUsage }),
  readWhole: (body) => readWhole(body, dialect),
  readError: readRefusal,
  requestIdHeader: dialect.requestIdHeader,
});
