import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readArray,
  readObject,
  readOptionalArray,
  readOptionalBoolean,
  readOptionalObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import { translateSchema } from './translate-schema.ts';
import type { FunctionCallingConfig, FunctionDeclaration, GenerateRequest } from './wire.ts';
import { wireName } from './wire-names.ts';

export interface ToolSettings {
  readonly fields: Pick<GenerateRequest, 'tools' | 'toolConfig'>;
  readonly dropped: readonly string[];
}

interface Choice {
  readonly config: FunctionCallingConfig | undefined;
  readonly declarations: readonly FunctionDeclaration[];
}

/** `tools`, `tool_choice` and `parallel_tool_calls` as Google has them. Throws GatewayError. */
export function translateTools(body: JsonObject): ToolSettings {
  const dropped = new Set<string>();
  const all = readOptionalArray(body['tools'], 'tools').map((tool, index) => declare(tool, `tools[${index}]`, dropped));
  assertDistinct(all);
  const { config, declarations } = readChoice(body['tool_choice'], all);
  if (readOptionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls') === false && all.length > 0) {
    dropped.add('parallel_tool_calls');
  }
  return {
    fields: {
      ...(declarations.length === 0 ? {} : { tools: [{ functionDeclarations: declarations }] }),
      ...(config === undefined || all.length === 0 ? {} : { toolConfig: { functionCallingConfig: config } }),
    },
    dropped: [...dropped],
  };
}

/** A schema of a tool is what the model goes by, not a promise: what Google has no word for is left out. */
function declare(value: JsonValue, param: string, dropped: Set<string>): FunctionDeclaration {
  const tool = readObject(value, param);
  if (tool['type'] !== 'function') {
    throw unsupportedField(`${param}.type`, 'has to be "function": other tools have no counterpart at this provider.');
  }
  const at = `${param}.function`;
  const definition = readObject(tool['function'], at);
  const description = readOptionalString(definition['description'], `${at}.description`) ?? '';
  const parameters = readOptionalObject(definition['parameters'], `${at}.parameters`) ?? {};
  if (readOptionalBoolean(definition['strict'], `${at}.strict`) === true) dropped.add('tools[].function.strict');
  return {
    name: wireName(readString(definition['name'], `${at}.name`)),
    ...(description === '' ? {} : { description }),
    ...(Object.keys(parameters).length === 0
      ? {}
      : {
          parametersJsonSchema: translateSchema(parameters, {
            param: 'tools[].function.parameters',
            isPromise: false,
            dropped,
          }),
        }),
  };
}

function assertDistinct(declarations: readonly FunctionDeclaration[]): void {
  const seen = new Set<string>();
  declarations.forEach(({ name }, index) => {
    if (seen.has(name)) {
      throw invalidField(`tools[${index}].function.name`, 'stands twice: names of tools have to differ.');
    }
    seen.add(name);
  });
}

function readChoice(choice: JsonValue | undefined, declarations: readonly FunctionDeclaration[]): Choice {
  if (!isPresent(choice)) return { config: undefined, declarations };
  if (choice === 'none') return { config: { mode: 'NONE' }, declarations };
  if (choice === 'auto') return { config: { mode: 'AUTO' }, declarations };
  if (choice === 'required') {
    if (declarations.length === 0) {
      throw invalidField('tool_choice', 'is "required", but the request has no `tools`.');
    }
    return { config: { mode: 'ANY' }, declarations };
  }
  if (!isJsonObject(choice)) throw invalidField('tool_choice', 'has to be none, auto, required or an object.');
  if (choice['type'] === 'allowed_tools') return readAllowed(choice, declarations);
  if (choice['type'] !== 'function') {
    throw unsupportedField('tool_choice.type', 'has to be "function" or "allowed_tools".');
  }
  const name = readName(choice, 'tool_choice', declarations);
  return { config: { mode: 'ANY', allowedFunctionNames: [name] }, declarations };
}

/** Google allows some of the functions only where one has to be called: elsewhere it is told of no others. */
function readAllowed(choice: JsonObject, declarations: readonly FunctionDeclaration[]): Choice {
  const param = 'tool_choice.allowed_tools';
  const { mode, tools } = readObject(choice['allowed_tools'], param);
  if (mode !== 'auto' && mode !== 'required') throw invalidField(`${param}.mode`, 'has to be "auto" or "required".');
  const names = readArray(tools, `${param}.tools`).map((tool, index) => {
    const at = `${param}.tools[${index}]`;
    return readName(readObject(tool, at), at, declarations);
  });
  if (names.length === 0) throw invalidField(`${param}.tools`, 'has to name at least one function of `tools`.');
  if (mode === 'required') return { config: { mode: 'ANY', allowedFunctionNames: names }, declarations };
  return { config: { mode: 'AUTO' }, declarations: declarations.filter(({ name }) => names.includes(name)) };
}

function readName(choice: JsonObject, param: string, declarations: readonly FunctionDeclaration[]): string {
  const definition = readObject(choice['function'], `${param}.function`);
  const name = wireName(readString(definition['name'], `${param}.function.name`));
  if (declarations.some((declared) => declared.name === name)) return name;
  throw invalidField(`${param}.function.name`, 'names no function of `tools`.');
}
