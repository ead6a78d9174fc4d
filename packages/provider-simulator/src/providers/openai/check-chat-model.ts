import type { JsonObject } from '@tollgate/core';
import { invalid, type ChatProblem } from '../chat/problems.ts';
import { objectsOf } from '../read-members.ts';
import {
  effortsOf,
  isReasoningModel,
  isResponsesOnly,
  reasonsUnasked,
  refusesToolsWithReasoning,
} from './model-traits.ts';

/** What the model itself does not take in chat completions. */
export function checkChatModel(model: string, body: JsonObject): ChatProblem | undefined {
  if (isResponsesOnly(model)) {
    return invalid('This model is only supported in v1/responses and not in v1/chat/completions.', 'model');
  }
  if (!isReasoningModel(model)) {
    return body['reasoning_effort'] === undefined || body['reasoning_effort'] === null
      ? undefined
      : unsupported('reasoning_effort', '');
  }
  return checkOldSettings(body) ?? checkEffort(model, body) ?? checkTools(model, body);
}

/** Reasoning models take neither the old cap nor sampling settings. */
function checkOldSettings(body: JsonObject): ChatProblem | undefined {
  if (body['max_tokens'] !== undefined) return unsupported('max_tokens', "Use 'max_completion_tokens' instead.");
  if (body['stop'] !== undefined && body['stop'] !== null) return unsupported('stop', '');
  const { temperature } = body;
  if (temperature === undefined || temperature === null || temperature === 1) return undefined;
  return invalid(
    `Unsupported value: 'temperature' does not support ${JSON.stringify(temperature)} with this model. Only the default (1) value is supported.`,
    'temperature',
    'unsupported_value',
  );
}

function checkEffort(model: string, body: JsonObject): ChatProblem | undefined {
  const effort = body['reasoning_effort'];
  return effort === undefined || effort === null ? undefined : checkEffortValue(model, effort, 'reasoning_effort');
}

/** Also for Responses, where the effort stands elsewhere. */
export function checkEffortValue(model: string, effort: unknown, param: string): ChatProblem | undefined {
  const efforts = effortsOf(model);
  if (typeof effort === 'string' && efforts.includes(effort)) return undefined;
  return invalid(
    `Unsupported value: '${param}' does not support ${JSON.stringify(effort)} with this model. Supported values are: ${efforts.map((one) => `'${one}'`).join(', ')}.`,
    param,
    'unsupported_value',
  );
}

function checkTools(model: string, body: JsonObject): ChatProblem | undefined {
  if (objectsOf(body['tools']).length === 0 || !refusesToolsWithReasoning(model)) return undefined;
  const effort = body['reasoning_effort'];
  const reasons = effort === undefined || effort === null ? reasonsUnasked(model) : effort !== 'none';
  if (!reasons) return undefined;
  return invalid(
    `Function tools with reasoning_effort are not supported for ${model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.`,
    'reasoning_effort',
  );
}

/** A parameter that the model does not take. */
export const unsupported = (param: string, advice: string): ChatProblem =>
  invalid(
    `Unsupported parameter: '${param}' is not supported with this model. ${advice}`.trimEnd(),
    param,
    'unsupported_parameter',
  );
