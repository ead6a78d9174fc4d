import type { ConversationProtocol, JsonObject } from '@tollgate/core';

/** Something that a caller may ask for or get, and by what it is known on the way. */
export interface Feature {
  readonly name: string;
  /** Members of the body beside model, conversation and cap; they may replace the conversation. */
  readonly fields?: JsonObject;
  /** What the last user turn says, where `fields` holds no conversation. */
  readonly prompt?: string;
  /** In the body that reaches the provider, in every protocol that can say it. */
  readonly said?: RegExp;
  /** In the answer that the caller gets, unstreamed. */
  readonly answered?: RegExp;
  /** In the answer that the caller gets as events; the same as unstreamed where it is absent. */
  readonly streamed?: RegExp;
  /** In the provider's own answer where it gives such a thing at all; the same as the caller's where it is absent. */
  readonly given?: RegExp;
  /** Goes on from an answer that was given before, by `previous_response_id`. */
  readonly continues?: true;
  /** Asked of the kind's model that reasons. */
  readonly reasoning?: true;
}

/** A protocol that callers speak: how a feature is asked for in it. */
export interface InboundProtocol {
  readonly protocol: ConversationProtocol;
  readonly title: string;
  readonly path: string;
  /** What the simulator's ledger calls the endpoint that takes the same bytes. */
  readonly sameEndpoint: string;
  body(model: string, prompt: string): JsonObject;
  readonly features: readonly Feature[];
  /** What the table cannot say, a line each. */
  readonly notes: readonly string[];
}

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n').toString('base64');

/** What several protocols ask with. */
export const media = { png, pdf, imageUrl: 'https://images.example.com/cat.png' };

/** Parameters of the tool that every protocol offers. */
export const cityParameters: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

export const answerSchema: JsonObject = {
  type: 'object',
  properties: { count: { type: 'integer' } },
  required: ['count'],
  additionalProperties: false,
};
