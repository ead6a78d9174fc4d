import { isJsonArray, type JsonObject, type JsonValue } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readObject,
  readOptionalArray,
  readOptionalBoolean,
  readOptionalObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import type { DroppedFields } from './dropped-fields.ts';

/** `tools` as functions. Throws GatewayError for those that Anthropic itself runs or defines. */
export function translateTools(value: JsonValue | undefined, dropped: DroppedFields): JsonObject {
  const names = new Set<string>();
  const tools = readOptionalArray(value, 'tools').map((item, index) => {
    const param = `tools[${index}]`;
    const tool = translateTool(readObject(item, param), param, dropped);
    if (names.has(tool.name)) throw invalidField(`${param}.name`, 'stands twice: names of tools have to differ.');
    names.add(tool.name);
    return tool.written;
  });
  return tools.length === 0 ? {} : { tools };
}

function translateTool(
  tool: JsonObject,
  param: string,
  dropped: DroppedFields,
): { readonly name: string; readonly written: JsonObject } {
  const type = readOptionalString(tool['type'], `${param}.type`) ?? 'custom';
  if (type !== 'custom') {
    throw unsupportedField(
      `${param}.type`,
      `is ${JSON.stringify(type)}, which this model does not have: use a custom tool.`,
    );
  }
  const name = readString(tool['name'], `${param}.name`);
  const description = readOptionalString(tool['description'], `${param}.description`);
  const strict = readOptionalBoolean(tool['strict'], `${param}.strict`);
  noteHints(tool, param, dropped);
  const definition = {
    name,
    ...(description === undefined ? {} : { description }),
    parameters: readObject(tool['input_schema'], `${param}.input_schema`),
    ...(strict === undefined ? {} : { strict }),
  };
  const mark = isPresent(tool['cache_control']) ? { cache_control: tool['cache_control'] } : {};
  return { name, written: { type: 'function', function: definition, ...mark } };
}

/** How a tool is loaded, streamed and shown; the model can call it without. */
function noteHints(tool: JsonObject, param: string, dropped: DroppedFields): void {
  for (const hint of ['eager_input_streaming', 'defer_loading', 'input_examples']) {
    if (isPresent(tool[hint]) && tool[hint] !== false) dropped.add(`tools[].${hint}`);
  }
  const callers = tool['allowed_callers'];
  if (!isPresent(callers) || (isJsonArray(callers) && callers.includes('direct'))) return;
  throw unsupportedField(`${param}.allowed_callers`, 'has to include "direct": this model calls tools itself.');
}

/** `tool_choice`, which also holds whether calls may be parallel. */
export function translateToolChoice(value: JsonValue | undefined): JsonObject {
  const choice = readOptionalObject(value, 'tool_choice');
  if (choice === undefined) return {};
  const isSerial = readOptionalBoolean(choice['disable_parallel_tool_use'], 'tool_choice.disable_parallel_tool_use');
  return { tool_choice: choiceOf(choice), ...(isSerial === true ? { parallel_tool_calls: false } : {}) };
}

function choiceOf(choice: JsonObject): JsonValue {
  switch (choice['type']) {
    case 'auto':
    case 'none':
      return choice['type'];
    case 'any':
      return 'required';
    case 'tool':
      return { type: 'function', function: { name: readString(choice['name'], 'tool_choice.name') } };
    default:
      throw invalidField('tool_choice.type', 'has to be auto, any, tool or none.');
  }
}
