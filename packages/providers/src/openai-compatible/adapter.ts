import type { Adapter } from '../base/adapter.ts';
import { readRefusal } from '../base/answer-errors.ts';
import { bearer, buildRequest } from './build-request.ts';
import type { ChatDialect } from './dialect.ts';
import { ChatStreamReader } from './read-stream.ts';
import { readWhole } from './read-whole.ts';

/** What a server speaks that copies chat completions and adds nothing. */
export const plainDialect: ChatDialect = {
  capField: 'max_tokens',
  refusesOtherCapField: () => false,
  assertSendable: () => undefined,
  plain: { takesTopK: true, takesReasoning: true, knowsNoEffort: () => false },
  credentialHeaders: bearer,
  headers: () => ({}),
  reportedCost: () => undefined,
  requestIdHeader: 'x-request-id',
};

/** An adapter for the chat completions protocol, passed through byte by byte. */
export const createChatAdapter = (dialect: ChatDialect): Adapter => ({
  buildRequest: (request) => buildRequest(request, dialect),
  createStreamReader: ({ call }) => new ChatStreamReader({ dialect, hidesUsage: !call.wantsStreamUsage }),
  readWhole: (body) => readWhole(body, dialect),
  readError: readRefusal,
  requestIdHeader: dialect.requestIdHeader,
});

export const openaiCompatibleAdapter: Adapter = createChatAdapter(plainDialect);
