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
  readString,
  unsupportedField,
} from '../base/read-fields.ts';

/** `tools`, `tool_choice` and `parallel_tool_calls` as the Responses API has them. Throws GatewayError. */
export function translateTools(body: JsonObject): JsonObject {
  const tools = readOptionalArray(body['tools'], 'tools').map((value, index) => {
    const param = `tools[${index}]`;
    return translateTool(readObject(value, param), param);
  });
  return presentMembers({
    tools: tools.length === 0 ? undefined : tools,
    tool_choice: translateChoice(body['tool_choice']),
    parallel_tool_calls: readOptionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls'),
  });
}

function translateTool(tool: JsonObject, param: string): JsonObject {
  const { type } = tool;
  if (type !== 'function' && type !== 'custom') {
    throw unsupportedField(`${param}.type`, 'has to be "function" or "custom".');
  }
  const at = `${param}.${type}`;
  const definition = readObject(tool[type], at);
  const { name, description } = definition;
  const common = { type, name: readString(name, `${at}.name`), description };
  if (type === 'custom') return presentMembers({ ...common, format: translateFormat(definition['format']) });
  return {
    ...presentMembers(common),
    parameters: readOptionalObject(definition['parameters'], `${at}.parameters`) ?? { type: 'object', properties: {} },
    // Left out, it is true here and false in a chat completion.
    strict: readOptionalBoolean(definition['strict'], `${at}.strict`) ?? false,
  };
}

function translateFormat(format: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(format) || !isJsonObject(format['grammar'])) return format;
  return { type: 'grammar', ...format['grammar'] };
}

function translateChoice(choice: JsonValue | undefined): JsonValue | undefined {
  if (!isPresent(choice) || typeof choice === 'string') return choice;
  if (!isJsonObject(choice)) throw invalidField('tool_choice', 'has to be auto, none, required or an object.');
  if (choice['type'] !== 'allowed_tools') return nameTool(choice, 'tool_choice');
  const param = 'tool_choice.allowed_tools';
  const allowed = readObject(choice['allowed_tools'], param);
  const tools = readArray(allowed['tools'], `${param}.tools`).map((value, index) => {
    const at = `${param}.tools[${index}]`;
    return nameTool(readObject(value, at), at);
  });
  return presentMembers({ type: 'allowed_tools', mode: allowed['mode'], tools });
}

function nameTool(named: JsonObject, param: string): JsonObject {
  const { type } = named;
  if (type !== 'function' && type !== 'custom') {
    throw unsupportedField(`${param}.type`, 'has to be "function" or "custom".');
  }
  const at = `${param}.${type}`;
  return { type, name: readString(readObject(named[type], at)['name'], `${at}.name`) };
}
