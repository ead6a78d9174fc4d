import type { JsonObject } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readObject,
  readOptionalInteger,
  readOptionalObject,
  readOptionalString,
} from '../base/read-fields.ts';
import type { DroppedFields } from './dropped-fields.ts';

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'];
/** What adaptive thinking takes where no effort is named (Anthropic's documentation of `output_config.effort`). */
const defaultEffort = 'high';

/** `thinking` and `output_config.effort` as OpenRouter's `reasoning`. */
export function translateThinking(body: JsonObject, dropped: DroppedFields): JsonObject {
  const thinking = readOptionalObject(body['thinking'], 'thinking');
  const effort = readEffort(body);
  // What the provider shows of it is the default; a summary is the most that there is.
  const shown = thinking?.['display'] === 'summarized' ? { summary: 'auto' } : {};
  if (isPresent(thinking?.['display']) && thinking['display'] !== 'summarized') dropped.add('thinking.display');
  switch (thinking?.['type']) {
    case undefined:
      if (thinking !== undefined) throw invalidField('thinking.type', 'is missing.');
      return effort === undefined ? {} : { reasoning: { effort } };
    case 'enabled': {
      if (effort !== undefined) dropped.add('output_config.effort');
      return { reasoning: { max_tokens: readBudget(thinking), ...shown } };
    }
    case 'adaptive':
      return { reasoning: { effort: effort ?? defaultEffort, ...shown } };
    case 'disabled':
    case 'between_tools':
      if (effort !== undefined) dropped.add('output_config.effort');
      return { reasoning: { enabled: false } };
    default:
      throw invalidField('thinking.type', 'has to be enabled, adaptive, disabled or between_tools.');
  }
}

function readBudget(thinking: JsonObject): number {
  const budget = readOptionalInteger(thinking['budget_tokens'], 'thinking.budget_tokens', 1024);
  if (budget === undefined) throw invalidField('thinking.budget_tokens', 'is missing.');
  return budget;
}

function readEffort(body: JsonObject): string | undefined {
  const config = readOptionalObject(body['output_config'], 'output_config');
  const effort = readOptionalString(config?.['effort'], 'output_config.effort');
  if (effort === undefined || efforts.includes(effort)) return effort;
  throw invalidField('output_config.effort', `has to be one of ${efforts.join(', ')}.`);
}

/** `output_config.format`, or the older `output_format`, as `response_format`, whose name means nothing here. */
export function translateOutputFormat(body: JsonObject): JsonObject {
  const config = readOptionalObject(body['output_config'], 'output_config');
  const param = isPresent(config?.['format']) ? 'output_config.format' : 'output_format';
  const format = readOptionalObject(config?.['format'] ?? body['output_format'], param);
  if (format === undefined) return {};
  if (format['type'] !== 'json_schema') throw invalidField(`${param}.type`, 'has to be "json_schema".');
  const schema = readObject(format['schema'], `${param}.schema`);
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } } };
}
