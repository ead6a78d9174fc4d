import type { Adapter } from '../base/adapter.ts';
import { createMessagesAdapter } from '../anthropic-messages/adapter.ts';
import { bearer } from '../openai-compatible/build-request.ts';
import { assertSendable } from './build-request.ts';
import { parseReportedCost } from './parse-usage.ts';

/** For calls of Anthropic's Messages API, which OpenRouter speaks for all of its models. */
export const openrouterMessagesAdapter: Adapter = createMessagesAdapter({
  path: '/messages',
  credential: bearer,
  assertSendable,
  reportedCost: parseReportedCost,
  requestIdHeader: 'x-generation-id',
});
