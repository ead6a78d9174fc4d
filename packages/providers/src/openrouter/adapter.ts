import type { Adapter } from '../base/adapter.ts';
import { createChatAdapter, plainDialect } from '../openai-compatible/adapter.ts';
import type { ChatDialect } from '../openai-compatible/dialect.ts';
import { createResponsesAdapter } from '../openai-responses/adapter.ts';
import { assertSendable } from './build-request.ts';
import { parseReportedCost } from './parse-usage.ts';

export const openrouterDialect: ChatDialect = {
  ...plainDialect,
  assertSendable,
  plain: undefined,
  reportedCost: parseReportedCost,
  requestIdHeader: 'x-generation-id',
};

export const openrouterAdapter: Adapter = createChatAdapter(openrouterDialect);

/** For calls of the Responses API, which it speaks itself. */
export const openrouterResponsesAdapter: Adapter = createResponsesAdapter(openrouterDialect);
