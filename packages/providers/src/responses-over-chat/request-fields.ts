import type { JsonObject, JsonValue } from '@tollgate/core';
import { isPresent, unsupportedField } from '../base/read-fields.ts';

/** Fields that the other files of this folder carry over, that the answer repeats, or that only the gateway reads. */
const carried: ReadonlySet<string> = new Set([
  'model',
  'input',
  'instructions',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'include',
  'metadata',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'service_tier',
  // Bounds the tools that a provider runs, of which there are none.
  'max_tool_calls',
]);

const keptElsewhere = 'names something that is kept at another provider';

/** Fields without which the answer is not the one that was asked for, and what to do instead. */
const refused: ReadonlyMap<string, string> = new Map([
  [
    'previous_response_id',
    'cannot be used: the provider that serves this model keeps no answers. Send the whole conversation in `input`.',
  ],
  ['conversation', `${keptElsewhere}: send the whole conversation in \`input\`.`],
  ['prompt', `${keptElsewhere}: send its text in \`instructions\` and \`input\`.`],
  ['background', 'cannot be used: the provider that serves this model keeps no answers. Stream long ones instead.'],
  ['moderation', 'has no counterpart at the provider that serves this model: leave it out.'],
]);

/** Values that ask for nothing, so that nothing is lost without them. */
const neutralValues: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ['background', false],
  ['store', false],
  ['truncation', 'disabled'],
]);

/**
 * Names of fields that are left out because the answer is as useful without them; `store` is one, for the
 * answer says itself that it is not kept. Throws GatewayError `unsupported_field` for the others.
 */
export function dropUncarried(body: JsonObject): readonly string[] {
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (carried.has(name) || !isPresent(value) || neutralValues.get(name) === value) continue;
    const advice = refused.get(name);
    if (advice !== undefined) throw unsupportedField(name, advice);
    dropped.push(name);
  }
  return dropped;
}
