import { isJsonObject, type JsonObject } from '@tollgate/core';
import type { Reply } from '../../answer/answer.ts';
import { resolvedModel } from '../../call/models.ts';
import { objectsOf } from '../read-members.ts';

/** What every response and lifecycle event says of the request; recorded members, in alphabetical order. */
export function responseEnvelope(body: JsonObject, reply: Pick<Reply, 'id' | 'createdSeconds' | 'model'>): JsonObject {
  const reasoning = isJsonObject(body['reasoning']) ? body['reasoning'] : {};
  const text = isJsonObject(body['text']) ? body['text'] : {};
  return {
    background: body['background'] === true,
    completed_at: null,
    created_at: reply.createdSeconds,
    error: null,
    frequency_penalty: 0,
    id: responseId(reply),
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    metadata: body['metadata'] ?? {},
    model: resolvedModel(reply.model),
    moderation: null,
    object: 'response',
    output: [],
    parallel_tool_calls: body['parallel_tool_calls'] !== false,
    presence_penalty: 0,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    prompt_cache_retention: body['prompt_cache_retention'] ?? null,
    reasoning: {
      context: null,
      effort: reasoning['effort'] ?? null,
      mode: 'standard',
      summary: reasoning['summary'] ?? null,
    },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: body['service_tier'] ?? 'auto',
    status: 'in_progress',
    store: body['store'] !== false,
    temperature: body['temperature'] ?? 1,
    text: { format: text['format'] ?? { type: 'text' }, verbosity: text['verbosity'] ?? 'medium' },
    tool_choice: body['tool_choice'] ?? 'auto',
    tool_usage: noToolUsage,
    tools: objectsOf(body['tools']).map(echoTool),
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    usage: null,
    user: body['user'] ?? null,
  };
}

const noImageTokens = { image_tokens: 0, text_tokens: 0 };

/** The provider's own tools, which the simulator never runs. */
const noToolUsage: JsonObject = {
  image_gen: {
    input_tokens: 0,
    input_tokens_details: noImageTokens,
    output_tokens: 0,
    output_tokens_details: noImageTokens,
    total_tokens: 0,
  },
  web_search: { num_requests: 0 },
};

export const responseId = ({ id }: { readonly id: string }): string => `resp_${id}`;

/** Functions are strict here unless the request says otherwise, and their objects closed. */
function echoTool(tool: JsonObject): JsonObject {
  if (tool['type'] !== 'function') return tool;
  const strict = tool['strict'] !== false;
  const parameters = isJsonObject(tool['parameters']) ? tool['parameters'] : {};
  return { ...tool, strict, parameters: strict ? { ...parameters, additionalProperties: false } : parameters };
}
