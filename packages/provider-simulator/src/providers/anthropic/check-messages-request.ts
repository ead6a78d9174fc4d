import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { objectsOf, textOf } from '../read-members.ts';
import { checkBlocks } from './check-blocks.ts';
import { checkToolUsePairs } from './check-tool-use-pairs.ts';

/** Members that the Messages API takes; it refuses any other. */
const members: ReadonlySet<string> = new Set([
  'model',
  'max_tokens',
  'messages',
  'system',
  'stop_sequences',
  'stream',
  'temperature',
  'top_p',
  'top_k',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'metadata',
  'service_tier',
  'container',
  'inference_geo',
]);

/** Why the Messages API refuses a request with 400, in its words, or undefined. */
export function checkMessagesRequest(body: JsonObject): string | undefined {
  const unknown = Object.keys(body).find((name) => !members.has(name));
  if (unknown !== undefined) return `${unknown}: Extra inputs are not permitted`;
  return (
    checkMaxTokens(body) ??
    checkMessages(body['messages']) ??
    checkSystem(body['system']) ??
    checkSettings(body) ??
    checkTools(body)
  );
}

function checkMaxTokens({ max_tokens: maxTokens }: JsonObject): string | undefined {
  if (maxTokens === undefined) return 'max_tokens: Field required';
  if (typeof maxTokens !== 'number' || !Number.isInteger(maxTokens))
    return 'max_tokens: Input should be a valid integer';
  return maxTokens < 0 ? 'max_tokens: Input should be greater than or equal to 0' : undefined;
}

function checkMessages(messages: JsonValue | undefined): string | undefined {
  if (messages === undefined) return 'messages: Field required';
  if (!isJsonArray(messages)) return 'messages: Input should be a valid list';
  if (messages.length === 0) return 'messages: at least one message is required';
  const turns = messages.filter(isJsonObject);
  if (turns.length < messages.length) return 'messages: Input should be a valid dictionary';
  if (turns[0]?.['role'] !== 'user') return 'messages: first message must use the "user" role';
  for (const [index, turn] of turns.entries()) {
    const problem = checkTurn(turn, `messages.${index}`);
    if (problem !== undefined) return problem;
  }
  return checkToolUsePairs(turns);
}

function checkTurn(turn: JsonObject, at: string): string | undefined {
  const role = textOf(turn['role']);
  if (!['user', 'assistant', 'system'].includes(role)) return `${at}.role: Input should be 'user' or 'assistant'`;
  const unknown = Object.keys(turn).find((name) => name !== 'role' && name !== 'content');
  if (unknown !== undefined) return `${at}.${unknown}: Extra inputs are not permitted`;
  const { content } = turn;
  if (typeof content === 'string')
    return content === '' ? `${at}: all messages must have non-empty content` : undefined;
  if (!isJsonArray(content)) return `${at}.content: Field required`;
  return checkBlocks(objectsOf(content), `${at}.content`, role);
}

const checkSystem = (system: JsonValue | undefined): string | undefined =>
  isJsonArray(system) ? checkBlocks(objectsOf(system), 'system', 'system') : undefined;

/** Claude after Opus 4.6 takes no sampling settings and no begun answer. */
const isLaterModel = (model: JsonValue | undefined): boolean => /^claude-[a-z]+-(4-[7-9]|[5-9])/.test(textOf(model));

function checkSettings(body: JsonObject): string | undefined {
  const { temperature, top_p: topP, top_k: topK, thinking } = body;
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 1)) return 'temperature: range: 0..1';
  const lastRole = objectsOf(body['messages']).at(-1)?.['role'];
  if (isLaterModel(body['model'])) {
    if (temperature !== undefined && temperature !== 1) return '`temperature` is deprecated for this model.';
    if (typeof topP === 'number' && topP < 0.99) return '`top_p` is deprecated for this model.';
    if (topK !== undefined) return '`top_k` is deprecated for this model.';
    if (lastRole === 'assistant')
      return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  return isJsonObject(thinking) ? checkThinking(thinking, body) : undefined;
}

function checkThinking(thinking: JsonObject, body: JsonObject): string | undefined {
  if (thinking['type'] !== 'enabled') return undefined;
  const budget = thinking['budget_tokens'];
  if (typeof budget !== 'number') return 'thinking.enabled.budget_tokens: Field required';
  if (budget < 1024) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  if (budget >= Number(body['max_tokens'])) return '`max_tokens` must be greater than `thinking.budget_tokens`.';
  const choice = isJsonObject(body['tool_choice']) ? body['tool_choice']['type'] : 'auto';
  if (choice === 'any' || choice === 'tool') return 'Thinking may not be enabled when tool_choice forces tool use.';
  return body['temperature'] === undefined || body['temperature'] === 1
    ? undefined
    : '`temperature` may only be set to 1 when thinking is enabled.';
}

function checkTools(body: JsonObject): string | undefined {
  const tools = objectsOf(body['tools']);
  if (body['tool_choice'] !== undefined && tools.length === 0) {
    return 'tool_choice: may only be specified while providing tools';
  }
  for (const [index, tool] of tools.entries()) {
    const at = `tools.${index}.custom`;
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(textOf(tool['name']))) {
      return `${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`;
    }
    const serverTool = typeof tool['type'] === 'string' && tool['type'] !== 'custom';
    if (serverTool) continue;
    if (!isJsonObject(tool['input_schema'])) return `${at}.input_schema: Field required`;
    if (tool['input_schema']['type'] !== 'object') return `${at}.input_schema.type: Input should be 'object'`;
  }
  return undefined;
}
