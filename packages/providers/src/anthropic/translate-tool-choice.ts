import { isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { ModelCapabilities } from './model-capabilities.ts';
import {
  invalidField,
  isPresent,
  readArray,
  readObject,
  readOptionalBoolean,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import { wireName } from './wire-names.ts';
import type { Tool, ToolChoice } from './wire.ts';

/** Which tools the model is offered, and how free it is in calling them. */
export interface ChosenTools {
  readonly tools: readonly Tool[];
  readonly choice: ToolChoice | undefined;
  /** What the model is told where it cannot be forced to call a tool. */
  readonly instruction: string | undefined;
  readonly dropped: readonly string[];
}

type Wish =
  | { readonly kind: 'none' | 'auto' | 'any' }
  | { readonly kind: 'tool'; readonly name: string; readonly callerName: string };

/** Narrows the tools and translates the choice among them. Throws GatewayError where it names no tool of the request. */
export function translateToolChoice(
  body: JsonObject,
  tools: readonly Tool[],
  capabilities: ModelCapabilities,
): ChosenTools {
  const allowed = readAllowedTools(body['tool_choice'], tools);
  const wish = allowed?.wish ?? readWish(body['tool_choice'], tools);
  const isParallel = readOptionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls') ?? true;
  const offered = allowed?.tools ?? tools;
  if (offered.length === 0) return { tools: [], choice: undefined, instruction: undefined, dropped: [] };
  const isForced = wish?.kind === 'any' || wish?.kind === 'tool';
  const serial = isParallel ? {} : ({ disable_parallel_tool_use: true } as const);
  if (isForced && !capabilities.forcedTools) {
    return {
      tools: offered,
      choice: { type: 'auto', ...serial },
      instruction: instructionFor(wish),
      dropped: ['tool_choice'],
    };
  }
  return { tools: offered, choice: toChoice(wish, serial), instruction: undefined, dropped: [] };
}

function toChoice(
  wish: Wish | undefined,
  serial: { readonly disable_parallel_tool_use?: true },
): ToolChoice | undefined {
  if (wish === undefined) return Object.keys(serial).length === 0 ? undefined : { type: 'auto', ...serial };
  if (wish.kind === 'none') return { type: 'none' };
  return wish.kind === 'tool' ? { type: 'tool', name: wish.name, ...serial } : { type: wish.kind, ...serial };
}

function readWish(choice: JsonValue | undefined, tools: readonly Tool[]): Wish | undefined {
  if (!isPresent(choice)) return undefined;
  if (choice === 'none' || choice === 'auto') return { kind: choice };
  if (choice === 'required') {
    if (tools.length === 0) throw invalidField('tool_choice', 'is "required", but the request has no `tools`.');
    return { kind: 'any' };
  }
  if (!isJsonObject(choice)) throw invalidField('tool_choice', 'has to be none, auto, required or an object.');
  if (choice['type'] !== 'function') {
    throw unsupportedField('tool_choice.type', 'has to be "function" or "allowed_tools".');
  }
  return { kind: 'tool', ...readToolName(choice, 'tool_choice', tools) };
}

function readToolName(
  choice: JsonObject,
  param: string,
  tools: readonly Tool[],
): { readonly name: string; readonly callerName: string } {
  const definition = readObject(choice['function'], `${param}.function`);
  const callerName = readString(definition['name'], `${param}.function.name`);
  const name = wireName(callerName);
  if (tools.every((tool) => tool.name !== name)) {
    throw invalidField(`${param}.function.name`, 'names no function of `tools`.');
  }
  return { name, callerName };
}

function readAllowedTools(
  choice: JsonValue | undefined,
  tools: readonly Tool[],
): { readonly wish: Wish; readonly tools: readonly Tool[] } | undefined {
  if (!isJsonObject(choice) || choice['type'] !== 'allowed_tools') return undefined;
  const param = 'tool_choice.allowed_tools';
  const { mode, tools: listed } = readObject(choice['allowed_tools'], param);
  if (mode !== 'auto' && mode !== 'required') throw invalidField(`${param}.mode`, 'has to be "auto" or "required".');
  const names = new Set(
    readArray(listed, `${param}.tools`).map((tool, index) => {
      const at = `${param}.tools[${index}]`;
      return readToolName(readObject(tool, at), at, tools).name;
    }),
  );
  if (names.size === 0) throw invalidField(`${param}.tools`, 'has to name at least one function of `tools`.');
  return { wish: { kind: mode === 'auto' ? 'auto' : 'any' }, tools: tools.filter((tool) => names.has(tool.name)) };
}

const instructionFor = (wish: Wish): string =>
  wish.kind === 'tool'
    ? `Answer this turn by calling the tool ${JSON.stringify(wish.name)}.`
    : 'Answer this turn by calling at least one of the tools.';
