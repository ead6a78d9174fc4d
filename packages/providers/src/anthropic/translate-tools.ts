import type { JsonObject, JsonValue } from '@tollgate/core';
import { readCacheControl } from './cache-control.ts';
import type { ModelCapabilities } from './model-capabilities.ts';
import {
  invalidField,
  readObject,
  readOptionalArray,
  readOptionalBoolean,
  readOptionalObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import { translateToolChoice, type ChosenTools } from './translate-tool-choice.ts';
import { wireName } from './wire-names.ts';
import type { Tool } from './wire.ts';

/** `tools`, `tool_choice` and `parallel_tool_calls` as Anthropic has them. Throws GatewayError. */
export function translateTools(body: JsonObject, capabilities: ModelCapabilities): ChosenTools {
  const tools = readOptionalArray(body['tools'], 'tools').map((tool, index) => translateTool(tool, `tools[${index}]`));
  assertDistinct(tools);
  const chosen = translateToolChoice(body, tools, capabilities);
  const hasUnknownStrict = !capabilities.structuredOutput && tools.some((tool) => tool.strict);
  if (!hasUnknownStrict) return chosen;
  return { ...chosen, tools: chosen.tools.map(withoutStrict), dropped: [...chosen.dropped, 'tools[].function.strict'] };
}

function translateTool(value: JsonValue, param: string): Tool {
  const tool = readObject(value, param);
  if (tool['type'] !== 'function') {
    throw unsupportedField(`${param}.type`, 'has to be "function": other tools have no counterpart at this provider.');
  }
  const at = `${param}.function`;
  const definition = readObject(tool['function'], at);
  const name = readString(definition['name'], `${at}.name`);
  const description = readOptionalString(definition['description'], `${at}.description`);
  const isStrict = readOptionalBoolean(definition['strict'], `${at}.strict`) ?? false;
  return {
    name: wireName(name),
    ...(description === undefined ? {} : { description }),
    input_schema: inputSchema(readOptionalObject(definition['parameters'], `${at}.parameters`)),
    ...(isStrict ? { strict: true } : {}),
    ...readCacheControl(definition, `${at}.`),
    ...readCacheControl(tool, `${param}.`),
  };
}

/** A function without parameters may leave its schema out at OpenAI; Anthropic wants one, of type object. */
const inputSchema = (parameters: JsonObject | undefined): JsonObject =>
  parameters === undefined || Object.keys(parameters).length === 0
    ? { type: 'object', properties: {} }
    : { type: 'object', ...parameters };

function assertDistinct(tools: readonly Tool[]): void {
  const seen = new Set<string>();
  tools.forEach(({ name }, index) => {
    if (seen.has(name))
      throw invalidField(`tools[${index}].function.name`, 'stands twice: names of tools have to differ.');
    seen.add(name);
  });
}

function withoutStrict(tool: Tool): Tool {
  const { strict: _dropped, ...rest } = tool;
  return rest;
}
