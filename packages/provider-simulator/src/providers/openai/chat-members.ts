import type { JsonObject } from '@tollgate/core';
import { invalid, type ChatProblem } from '../chat/problems.ts';

/** Members that chat completions take; OpenAI refuses any other. */
const members: ReadonlySet<string> = new Set([
  'audio',
  'frequency_penalty',
  'function_call',
  'functions',
  'logit_bias',
  'logprobs',
  'max_completion_tokens',
  'max_tokens',
  'messages',
  'metadata',
  'modalities',
  'model',
  'moderation',
  'n',
  'parallel_tool_calls',
  'prediction',
  'presence_penalty',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'reasoning_effort',
  'response_format',
  'safety_identifier',
  'seed',
  'service_tier',
  'stop',
  'store',
  'stream',
  'stream_options',
  'temperature',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'user',
  'verbosity',
  'web_search_options',
]);

export const checkChatMembers = (body: JsonObject): ChatProblem | undefined => checkMembers(body, members);

/** The first member that is not among those that are taken. */
export function checkMembers(body: JsonObject, taken: ReadonlySet<string>): ChatProblem | undefined {
  const unknown = Object.keys(body).find((name) => !taken.has(name));
  return unknown === undefined ? undefined : invalid(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
}
