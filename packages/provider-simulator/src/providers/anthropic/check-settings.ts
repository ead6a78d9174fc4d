import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import { objectsOf, textOf, textsOf } from '../read-members.ts';
import { openObject } from '../responses/check-items.ts';
import { alwaysThinks, isLater, refusesPrefill } from './model-traits.ts';

/** What is wrong with the settings of a request, in the API's words, or undefined. */
export function checkSettings(body: JsonObject): string | undefined {
  return checkSampling(body) ?? checkStops(body) ?? checkThinking(body) ?? checkOutputConfig(body) ?? checkTools(body);
}

function checkSampling(body: JsonObject): string | undefined {
  const { temperature, top_p: topP, top_k: topK } = body;
  const model = textOf(body['model']);
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 1)) return 'temperature: range: 0..1';
  if (typeof topP === 'number' && (topP < 0 || topP > 1)) return 'top_p: range: 0..1';
  if (refusesPrefill(model) && objectsOf(body['messages']).at(-1)?.['role'] === 'assistant') {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  if (!isLater(model)) return undefined;
  if (temperature !== undefined && temperature !== 1) return '`temperature` is deprecated for this model.';
  if (typeof topP === 'number' && topP < 0.99) return '`top_p` is deprecated for this model.';
  return topK === undefined ? undefined : '`top_k` is deprecated for this model.';
}

const checkStops = ({ stop_sequences: stops }: JsonObject): string | undefined =>
  textsOf(stops).some((stop) => stop.trim() === '')
    ? 'stop_sequences: each stop sequence must contain non-whitespace'
    : undefined;

function checkThinking(body: JsonObject): string | undefined {
  const { thinking } = body;
  if (!isJsonObject(thinking)) return undefined;
  const model = textOf(body['model']);
  switch (thinking['type']) {
    case 'disabled':
      return alwaysThinks(model) ? 'thinking.type: thinking cannot be disabled for this model.' : undefined;
    case 'adaptive':
    case 'between_tools':
      return undefined;
    case 'enabled':
      if (isLater(model)) {
        return '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.';
      }
      return checkBudget(thinking, body);
    default:
      return `thinking: Input tag '${textOf(thinking['type'])}' found using 'type' does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'`;
  }
}

function checkBudget(thinking: JsonObject, body: JsonObject): string | undefined {
  const budget = thinking['budget_tokens'];
  if (typeof budget !== 'number') return 'thinking.enabled.budget_tokens: Field required';
  if (budget < 1024) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  if (body['max_tokens'] !== undefined && budget >= Number(body['max_tokens'])) {
    return '`max_tokens` must be greater than `thinking.budget_tokens`.';
  }
  if (isForced(body)) return 'Thinking may not be enabled when tool_choice forces tool use.';
  return body['temperature'] === undefined || body['temperature'] === 1
    ? undefined
    : '`temperature` may only be set to 1 when thinking is enabled.';
}

const isForced = ({ tool_choice: choice }: JsonObject): boolean =>
  isJsonObject(choice) && (choice['type'] === 'any' || choice['type'] === 'tool');

const efforts: readonly string[] = ['low', 'medium', 'high', 'xhigh', 'max'];

function checkOutputConfig({ output_config: config }: JsonObject): string | undefined {
  if (!isJsonObject(config)) return undefined;
  const { effort, format } = config;
  if (effort !== undefined && !efforts.includes(textOf(effort))) {
    return `output_config.effort: Input should be ${efforts.map((one) => `'${one}'`).join(', ')}`;
  }
  if (!isJsonObject(format)) return undefined;
  if (format['type'] !== 'json_schema') return "output_config.format.type: Input should be 'json_schema'";
  if (!isJsonObject(format['schema'])) return 'output_config.format.schema: Field required';
  return openObject(format['schema'])
    ? "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"
    : undefined;
}

function checkTools(body: JsonObject): string | undefined {
  const tools = objectsOf(body['tools']);
  if (body['tool_choice'] !== undefined && tools.length === 0) {
    return 'tool_choice: may only be specified while providing tools';
  }
  if (isForced(body) && alwaysThinks(textOf(body['model']))) {
    return 'tool_choice: forced tool use is not supported for this model.';
  }
  const names = tools.map(({ name }) => name);
  if (new Set(names).size < names.length) return 'tools: Tool names must be unique.';
  for (const [index, tool] of tools.entries()) {
    const problem = checkTool(tool, `tools.${index}.custom`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkTool(tool: JsonObject, at: string): string | undefined {
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(textOf(tool['name']))) {
    return `${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
  }
  // A tool of the provider's own has no schema.
  if (typeof tool['type'] === 'string' && tool['type'] !== 'custom') return undefined;
  const schema = tool['input_schema'];
  if (!isJsonObject(schema)) return `${at}.input_schema: Field required`;
  if (schema['type'] !== 'object') return `${at}.input_schema.type: Input should be 'object'`;
  const roots = ['anyOf', 'oneOf', 'allOf'].filter((name) => isJsonArray(schema[name]));
  return roots.length === 0
    ? undefined
    : `${at}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`;
}
