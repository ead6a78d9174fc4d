import type { Adapter } from '../base/adapter.ts';
import { createChatAdapter, plainDialect } from '../openai-compatible/adapter.ts';
import { assertSendable } from './build-request.ts';
import { parseReportedCost } from './parse-usage.ts';

export const openrouterAdapter: Adapter = createChatAdapter({
  ...plainDialect,
  assertSendable,
  reportedCost: parseReportedCost,
  requestIdHeader: 'x-generation-id',
});
