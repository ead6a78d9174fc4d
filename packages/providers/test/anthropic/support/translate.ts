import {
  GatewayError,
  isJsonArray,
  isJsonObject,
  tryParseJson,
  type JsonObject,
  type ProviderRequest,
} from '@tollgate/core';
import { buildAnthropicRequest } from '../../../src/anthropic/build-request.ts';
import { providerRequest, type RequestOptions } from '../../support/provider-request.ts';

export const budgetModel = 'claude-sonnet-4-5';
export const eitherModel = 'claude-sonnet-4-6';
export const newestModel = 'claude-opus-5-5';

export type Overrides = Readonly<Record<string, unknown>>;

/** A chat completion of one question, with other members over it. */
export const chatBody = (overrides: Overrides = {}): string =>
  JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hello' }], ...overrides });

export interface Translated {
  readonly body: JsonObject;
  readonly dropped: readonly string[];
}

/** What Anthropic is sent for the request. */
export function translateRequest(request: ProviderRequest): Translated {
  const wire = buildAnthropicRequest(request);
  const dropped = wire.droppedFields ?? [];
  const body = tryParseJson(wire.body.toString('utf8'));
  if (!isJsonObject(body)) throw new Error('the wire request is no JSON object');
  return { body, dropped };
}

/** The same for a chat completion of one question, with other members over it. */
export const translate = (overrides: Overrides, options: RequestOptions = {}): Translated =>
  translateRequest(providerRequest({ providerModel: budgetModel, ...options, body: chatBody(overrides) }));

export interface SentTurn {
  readonly role: unknown;
  readonly content: readonly JsonObject[];
}

/** The turns that Anthropic is sent for these messages. */
export function turnsOf(messages: readonly unknown[], options: RequestOptions = {}): readonly SentTurn[] {
  return sentTurns(translate({ messages }, options).body);
}

export function sentTurns(body: JsonObject): readonly SentTurn[] {
  const { messages } = body;
  if (!isJsonArray(messages)) throw new Error('the wire request has no messages');
  return messages.filter(isJsonObject).map(({ role, content }) => {
    if (!isJsonArray(content)) throw new Error('a turn has no content');
    return { role, content: content.filter(isJsonObject) };
  });
}

/** For `assert.throws`: a refusal that names the field. */
export const refusal =
  (code: 'invalid_field' | 'unsupported_field', param: string) =>
  (error: unknown): boolean => {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === code && error.param === param) return true;
    throw new Error(`${error.code} of ${error.param}, not ${code} of ${param}: ${error.message}`);
  };

/** A call of a tool, in an assistant message. */
export const toolCall = (id: string, name = 'lookup', args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

/** A function that may be called. */
export const functionTool = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} }, ...more },
});
