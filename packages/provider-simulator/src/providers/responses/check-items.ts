import { isJsonObject, type JsonObject } from '@tollgate/core';
import { invalid, invalidValue, missing, wrongType, type ChatProblem } from '../chat/problems.ts';
import { objectsOf, textOf } from '../read-members.ts';
import { decrypted, isToolCall, isToolOutput, typeOf } from './read-items.ts';

const itemTypes: readonly string[] = [
  'message',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'reasoning',
  'item_reference',
  'web_search_call',
  'compaction',
];
const partTypes: readonly string[] = ['input_text', 'input_image', 'input_file', 'output_text', 'refusal'];
const roles: readonly string[] = ['assistant', 'system', 'developer', 'user'];

/** What is wrong with one of the items that a request sends. */
export function checkItems(items: readonly JsonObject[]): ChatProblem | undefined {
  for (const [index, item] of items.entries()) {
    const problem = checkItem(item, `input[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkItem(item: JsonObject, at: string): ChatProblem | undefined {
  const type = typeOf(item);
  if (!itemTypes.includes(type)) return invalidValue(`${at}.type`, type, itemTypes);
  if (type === 'message') return checkMessage(item, at);
  if (isToolCall(item)) return checkCall(item, at);
  if (isToolOutput(item)) {
    if (typeof item['call_id'] !== 'string') return missing(`${at}.call_id`);
    return item['output'] === undefined ? missing(`${at}.output`) : undefined;
  }
  return type === 'reasoning' ? checkReasoning(item, at) : undefined;
}

function checkMessage(item: JsonObject, at: string): ChatProblem | undefined {
  const { role, content } = item;
  if (typeof role !== 'string' || !roles.includes(role)) return invalidValue(`${at}.role`, role ?? null, roles);
  if (typeof content === 'string') return undefined;
  if (!Array.isArray(content)) return missing(`${at}.content`);
  const spoken = role === 'assistant' ? ['output_text', 'refusal'] : partTypes.slice(0, 3);
  for (const [index, part] of content.entries()) {
    const type = isJsonObject(part) ? textOf(part['type']) : '';
    if (!spoken.includes(type)) return invalidValue(`${at}.content[${index}]`, type, spoken);
  }
  return undefined;
}

function checkCall(item: JsonObject, at: string): ChatProblem | undefined {
  if (typeof item['call_id'] !== 'string') return missing(`${at}.call_id`);
  if (typeof item['name'] !== 'string') return missing(`${at}.name`);
  const member = typeOf(item) === 'function_call' ? 'arguments' : 'input';
  return typeof item[member] === 'string' ? undefined : wrongType(`${at}.${member}`, 'a string', item[member] ?? null);
}

function checkReasoning(item: JsonObject, at: string): ChatProblem | undefined {
  if (!Array.isArray(item['summary'])) return missing(`${at}.summary`);
  const encrypted = item['encrypted_content'];
  if (typeof encrypted !== 'string' || decrypted(encrypted) !== undefined) return undefined;
  return invalid(
    `The encrypted content ${encrypted.slice(0, 8)}... could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
    null,
    'invalid_encrypted_content',
  );
}

/** Calls and their outputs belong together, and reasoning to what follows it. */
export function checkConversation(items: readonly JsonObject[]): ChatProblem | undefined {
  const called = items.filter(isToolCall).map(({ call_id: id }) => textOf(id));
  const answered = items.filter(isToolOutput).map(({ call_id: id }) => textOf(id));
  const orphan = answered.find((id) => !called.includes(id));
  if (orphan !== undefined) {
    return invalid(`No tool call found for function call output with call_id ${orphan}.`, 'input');
  }
  const open = called.find((id) => !answered.includes(id));
  if (open !== undefined) return invalid(`No tool output found for function call ${open}.`, 'input');
  return checkReasoningOrder(items);
}

function checkReasoningOrder(items: readonly JsonObject[]): ChatProblem | undefined {
  for (const [index, item] of items.entries()) {
    if (typeOf(item) !== 'reasoning' || item['id'] === undefined) continue;
    const next = items[index + 1];
    if (next !== undefined && follows(next)) continue;
    return invalid(
      `Item '${textOf(item['id'])}' of type 'reasoning' was provided without its required following item.`,
      'input',
    );
  }
  return undefined;
}

const follows = (item: JsonObject): boolean =>
  isToolCall(item) || typeOf(item) === 'reasoning' || (typeOf(item) === 'message' && item['role'] === 'assistant');

/** Functions are called by names of at most 64 plain characters, and strict schemas close their objects. */
export function checkTools(tools: readonly JsonObject[]): ChatProblem | undefined {
  for (const [index, tool] of tools.entries()) {
    const at = `tools[${index}]`;
    if (typeof tool['type'] !== 'string') return missing(`${at}.type`);
    if (tool['type'] !== 'function' && tool['type'] !== 'custom') continue;
    if (typeof tool['name'] !== 'string') return missing(`${at}.name`);
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool['name'])) {
      return invalid(
        `Invalid '${at}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        `${at}.name`,
        'invalid_value',
      );
    }
    const { parameters } = tool;
    if (tool['strict'] !== true || !isJsonObject(parameters)) continue;
    const open = openObject(parameters);
    if (open) {
      return invalid(
        `Invalid schema for function '${tool['name']}': In context=(), 'additionalProperties' is required to be supplied and to be false.`,
        `${at}.parameters`,
        'invalid_function_parameters',
      );
    }
  }
  return undefined;
}

/** Whether an object of the schema may have members that it does not name. */
export const openObject = (schema: JsonObject): boolean =>
  (schema['type'] === 'object' && schema['additionalProperties'] !== false) ||
  objectsOf(Object.values(isJsonObject(schema['properties']) ? schema['properties'] : {}).filter(isJsonObject)).some(
    openObject,
  );
