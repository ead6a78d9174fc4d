import type { Adapter } from '../base/adapter.ts';
import { parseError } from '../anthropic/parse-error.ts';
import { buildRequest } from './build-request.ts';
import type { MessagesDialect } from './dialect.ts';
import { MessageRelay } from './message-relay.ts';
import { readWhole } from './read-whole.ts';
import { assertNoChargedTools } from './sendable-fields.ts';

/** An adapter for calls of Anthropic's Messages API, passed through byte by byte. */
export const createMessagesAdapter = (dialect: MessagesDialect): Adapter => ({
  buildRequest: (request) => buildRequest(request, dialect),
  createStreamReader: () => new MessageRelay(dialect),
  readWhole: (body) => readWhole(body, dialect),
  readError: parseError,
  requestIdHeader: dialect.requestIdHeader,
});

/** Anthropic itself. */
export const anthropicDialect: MessagesDialect = {
  path: '/v1/messages',
  credential: ({ credential }) => ({ 'x-api-key': credential.secret.reveal() }),
  assertSendable: assertNoChargedTools,
  reportedCost: () => undefined,
  requestIdHeader: 'request-id',
};

export const anthropicMessagesAdapter: Adapter = createMessagesAdapter(anthropicDialect);
