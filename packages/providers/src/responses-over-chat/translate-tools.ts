import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  presentMembers,
  readArray,
  readObject,
  readOptionalArray,
  readOptionalBoolean,
  readOptionalObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';

export interface ChatTools {
  readonly fields: JsonObject;
  readonly dropped: readonly string[];
}

/** `tools`, `tool_choice` and `parallel_tool_calls` as chat completions have them. Throws GatewayError. */
export function translateTools(body: JsonObject): ChatTools {
  const tools = readOptionalArray(body['tools'], 'tools').map((value, index) => readObject(value, `tools[${index}]`));
  const choice = translateChoice(body['tool_choice']);
  const parallel = readOptionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls');
  // Without tools both are refused, though they ask for nothing.
  if (tools.length === 0) return { fields: choice === 'required' ? { tool_choice: choice } : {}, dropped: [] };
  return {
    fields: presentMembers({
      tools: tools.map((tool, index) => translateTool(tool, `tools[${index}]`)),
      tool_choice: choice,
      parallel_tool_calls: parallel,
    }),
    dropped: hints.filter((name) => tools.some((tool) => isAsked(tool[name]))).map((name) => `tools[].${name}`),
  };
}

/** What a tool may say beyond its definition, without which it works as well. */
const hints = ['defer_loading', 'async', 'allowed_callers', 'output_schema'];
const isAsked = (value: JsonValue | undefined): boolean => isPresent(value) && value !== false;

function translateTool(tool: JsonObject, param: string): JsonObject {
  const type = readString(tool['type'], `${param}.type`);
  if (type !== 'function' && type !== 'custom') {
    throw unsupportedField(
      `${param}.type`,
      `is ${JSON.stringify(type)}, which the provider that serves this model does not run: use function tools.`,
    );
  }
  const definition = {
    name: readString(tool['name'], `${param}.name`),
    description: readOptionalString(tool['description'], `${param}.description`),
    ...(type === 'function'
      ? functionMembers(tool, param)
      : { format: translateFormat(tool['format'], `${param}.format`) }),
  };
  return presentMembers({ type, [type]: presentMembers(definition), cache_control: tool['cache_control'] });
}

/** Where `strict` is not said, a schema is not held to it: chat completions have no "where possible". */
const functionMembers = (tool: JsonObject, param: string): JsonObject => ({
  parameters: readOptionalObject(tool['parameters'], `${param}.parameters`),
  strict: readOptionalBoolean(tool['strict'], `${param}.strict`),
});

function translateFormat(value: JsonValue | undefined, param: string): JsonObject | undefined {
  const format = readOptionalObject(value, param);
  if (format?.['type'] !== 'grammar') return format;
  return { type: 'grammar', grammar: presentMembers({ syntax: format['syntax'], definition: format['definition'] }) };
}

function translateChoice(choice: JsonValue | undefined): JsonValue | undefined {
  if (!isPresent(choice) || choice === 'auto' || choice === 'none' || choice === 'required') return choice;
  if (!isJsonObject(choice)) throw invalidField('tool_choice', 'has to be auto, none, required or an object.');
  if (choice['type'] !== 'allowed_tools') return nameTool(choice, 'tool_choice');
  const tools = readArray(choice['tools'], 'tool_choice.tools').map((value, index) => {
    const at = `tool_choice.tools[${index}]`;
    return nameTool(readObject(value, at), at);
  });
  return { type: 'allowed_tools', allowed_tools: presentMembers({ mode: choice['mode'], tools }) };
}

function nameTool(named: JsonObject, param: string): JsonObject {
  const type = readString(named['type'], `${param}.type`);
  if (type !== 'function' && type !== 'custom') {
    throw unsupportedField(`${param}.type`, 'has to be "function" or "custom": the provider runs no tools of its own.');
  }
  return { type, [type]: { name: readString(named['name'], `${param}.name`) } };
}
