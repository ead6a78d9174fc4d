import type { Call, Endpoint, JsonBody } from '@tollgate/core';
import { readChatCall } from './read-chat-call.ts';
import { readMessagesCall } from './read-messages-call.ts';
import { readResponsesCall } from './read-responses-call.ts';

/** A path that takes calls, and how their bodies are read. */
export interface ServedCall {
  readonly path: string;
  readonly endpoint: Endpoint;
  /** Throws GatewayError for what is wrong with the body whoever answers. */
  readonly readCall: (body: JsonBody) => Call;
}

/** All that goes the way of `run-request.ts`. */
export const servedCalls: readonly ServedCall[] = [
  { path: '/v1/chat/completions', endpoint: 'chat_completions', readCall: readChatCall },
  { path: '/v1/responses', endpoint: 'responses', readCall: readResponsesCall },
  { path: '/v1/messages', endpoint: 'messages', readCall: readMessagesCall },
];
