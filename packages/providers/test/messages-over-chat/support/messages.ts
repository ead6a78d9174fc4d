import {
  GatewayError,
  isJsonArray,
  isJsonObject,
  parseJsonBody,
  tryParseJson,
  type Call,
  type JsonObject,
} from '@tollgate/core';
import { buildAnthropicRequest } from '../../../src/anthropic/build-request.ts';
import type { AnswerContext, ChatForm } from '../../../src/base/translation.ts';
import { messagesOverChat } from '../../../src/messages-over-chat/protocol.ts';
import { providerRequest } from '../../support/provider-request.ts';

export type Overrides = Readonly<Record<string, unknown>>;

/** A Messages call of one question, with other members over it. */
export function messagesCall(overrides: Overrides = {}): Call {
  const text = JSON.stringify({
    model: 'm',
    max_tokens: 4096,
    messages: [{ role: 'user', content: 'Hello' }],
    ...overrides,
  });
  const body = parseJsonBody(Buffer.from(text));
  const cap = body.value['max_tokens'];
  return {
    endpoint: 'chat_completions',
    protocol: 'anthropic_messages',
    model: 'm',
    stream: body.value['stream'] === true,
    wantsStreamUsage: true,
    choices: 1,
    outputCapTokens: typeof cap === 'number' ? cap : undefined,
    serviceTier: undefined,
    body,
  };
}

export const answerContext = (overrides: Overrides = {}): AnswerContext => ({
  call: messagesCall(overrides),
  requestId: 'req-0f1e',
  nowMs: 0,
});

/** As JSON, so that absent and undefined are the same. */
export const toChat = (overrides: Overrides = {}): Pick<ChatForm, 'body' | 'droppedFields'> => {
  const { body, droppedFields } = messagesOverChat.toChat(messagesCall(overrides));
  const json = tryParseJson(JSON.stringify(body));
  if (!isJsonObject(json)) throw new Error('no object');
  return { body: json, droppedFields };
};

/** The messages of the chat that these turns become. */
export const chatOf = (messages: readonly unknown[]): readonly JsonObject[] => {
  const said = toChat({ messages }).body['messages'];
  return isJsonArray(said) ? said.filter(isJsonObject) : [];
};

/** What Anthropic is sent by our adapter for the chat that the call becomes. */
export function throughChat(overrides: Overrides, providerModel: string): JsonObject {
  const call = messagesCall(overrides);
  const { body } = messagesOverChat.toChat(call);
  const request = providerRequest({ body: JSON.stringify(body), providerModel });
  const wire = buildAnthropicRequest({ ...request, call: { ...request.call, outputCapTokens: call.outputCapTokens } });
  const sent = tryParseJson(wire.body.toString('utf8'));
  if (!isJsonObject(sent)) throw new Error('the wire request is no JSON object');
  return sent;
}

/** For `assert.throws`: a refusal that names the field. */
export const refusal =
  (code: 'invalid_field' | 'unsupported_field' | 'missing_field', param: string) =>
  (error: unknown): boolean => {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === code && error.param === param) return true;
    throw new Error(`${error.code} of ${error.param}, not ${code} of ${param}: ${error.message}`);
  };
