import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import { checkRanges, type Range } from '../chat/check-ranges.ts';
import { invalid, wrongType, type ChatProblem } from '../chat/problems.ts';
import { checkMembers } from '../openai/chat-members.ts';
import { checkEffortValue, unsupported } from '../openai/check-chat-model.ts';
import { isReasoningModel } from '../openai/model-traits.ts';
import { objectsOf } from '../read-members.ts';
import { checkItems, checkTools, openObject } from './check-items.ts';
import { itemsOf } from './read-items.ts';

/** Members that Responses take; OpenAI refuses any other. */
const members: ReadonlySet<string> = new Set([
  'background',
  'context_management',
  'conversation',
  'include',
  'input',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'model',
  'moderation',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]);

const ranges: readonly Range[] = [
  { name: 'max_output_tokens', least: 16, most: 2 ** 31, whole: true },
  { name: 'temperature', least: 0, most: 2 },
  { name: 'top_p', least: 0, most: 1 },
  { name: 'top_logprobs', least: 0, most: 20, whole: true },
];

/** Why OpenAI refuses a Responses request for what it says, but for the order of its items. */
export function checkResponsesRequest(model: string, body: JsonObject): ChatProblem | undefined {
  return (
    checkMembers(body, members) ??
    checkInput(body) ??
    checkTools(objectsOf(body['tools'])) ??
    checkRanges(ranges, body) ??
    checkFormat(body) ??
    checkModelSettings(model, body)
  );
}

/** The same for every server of this format. */
export function checkInput(body: JsonObject): ChatProblem | undefined {
  const { input } = body;
  if (input === undefined || input === null) {
    if (typeof body['previous_response_id'] === 'string') return undefined;
    return invalid(
      `One of "input" or "previous_response_id" or 'prompt' or 'conversation_id' must be provided.`,
      'input',
      'missing_required_parameter',
    );
  }
  if (typeof input !== 'string' && !isJsonArray(input)) return wrongType('input', 'a string or an array', input);
  return checkItems(itemsOf(input));
}

function checkFormat({ text }: JsonObject): ChatProblem | undefined {
  const format = isJsonObject(text) ? text['format'] : undefined;
  if (!isJsonObject(format) || format['type'] !== 'json_schema') return undefined;
  if (typeof format['name'] !== 'string') {
    return invalid("Missing required parameter: 'text.format.name'.", 'text.format.name', 'missing_required_parameter');
  }
  const { schema, strict } = format;
  if (!isJsonObject(schema) || strict !== true || !openObject(schema)) return undefined;
  return invalid(
    `Invalid schema for response_format '${format['name']}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
    'text.format.schema',
    'invalid_json_schema',
  );
}

function checkModelSettings(model: string, body: JsonObject): ChatProblem | undefined {
  const effort = isJsonObject(body['reasoning']) ? body['reasoning']['effort'] : undefined;
  const asked = effort !== undefined && effort !== null;
  if (!isReasoningModel(model)) return asked ? unsupported('reasoning.effort', '') : undefined;
  const problem = asked ? checkEffortValue(model, effort, 'reasoning.effort') : undefined;
  if (problem !== undefined) return problem;
  const { temperature } = body;
  return typeof temperature === 'number' && temperature !== 1 ? unsupported('temperature', '') : undefined;
}
