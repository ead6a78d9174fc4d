import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { AnswerContext } from '../base/translation.ts';

/** Ids of a response and of what is in it, all made of the request's. */
export interface ResponseIds {
  readonly response: string;
  item(kind: 'msg' | 'rs' | 'fc' | 'ctc' | 'call', position: number): string;
}

export function createIds(requestId: string): ResponseIds {
  const base = requestId.replace(/[^a-zA-Z0-9]/g, '').slice(0, 40);
  return { response: `resp_${base}`, item: (kind, position) => `${kind}_${base}_${position}` };
}

/**
 * A response without what the answer says: it repeats the request's settings, as OpenAI's do. What the
 * request leaves to the provider is null where the provider does not tell, and `store` is false, because
 * nothing is kept.
 */
export function frameResponse({ call, nowMs }: AnswerContext, ids: ResponseIds): JsonObject {
  const { value: body } = call.body;
  const settings = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [name, body[name] ?? value] as const),
  );
  return {
    id: ids.response,
    object: 'response',
    created_at: Math.floor(nowMs / 1000),
    ...settings,
    background: false,
    previous_response_id: null,
    store: false,
    reasoning: { effort: null, summary: null, ...membersOf(body['reasoning']) },
    text: { format: { type: 'text' }, ...membersOf(body['text']) },
  };
}

const defaults: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  prompt_cache_key: null,
  safety_identifier: null,
  temperature: null,
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: null,
  truncation: 'disabled',
  user: null,
};

const none: JsonObject = {};
const membersOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : none);
