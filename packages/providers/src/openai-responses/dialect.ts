import type { ChatDialect } from '../openai-compatible/dialect.ts';

/** What servers of the Responses API differ in: the same as where they speak chat completions, but for the cap, which has one field. */
export type ResponsesDialect = Pick<
  ChatDialect,
  'assertSendable' | 'credentialHeaders' | 'headers' | 'reportedCost' | 'requestIdHeader'
>;
