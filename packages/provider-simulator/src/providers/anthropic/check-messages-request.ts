import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { objectsOf, textOf } from '../read-members.ts';
import { checkBlocks } from './check-blocks.ts';
import { checkCacheMarks } from './check-cache-marks.ts';
import { checkSettings } from './check-settings.ts';
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
  return checkMaxTokens(body) ?? checkPrompt(body, members);
}

const countedMembers: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
]);

/** Why tokens are not counted, in its words: the same, but that nothing is to be answered. */
export const checkCountRequest = (body: JsonObject): string | undefined => checkPrompt(body, countedMembers);

function checkPrompt(body: JsonObject, taken: ReadonlySet<string>): string | undefined {
  const unknown = Object.keys(body).find((name) => !taken.has(name));
  if (unknown !== undefined) return `${unknown}: Extra inputs are not permitted`;
  return (
    checkMessages(body['messages']) ??
    checkSystem(body['system']) ??
    checkSettings(body) ??
    checkCacheMarks(body) ??
    checkThinkingFirst(body)
  );
}

const mostOutputTokens = 128_000;

function checkMaxTokens({ max_tokens: maxTokens }: JsonObject): string | undefined {
  if (maxTokens === undefined) return 'max_tokens: Field required';
  if (typeof maxTokens !== 'number' || !Number.isInteger(maxTokens))
    return 'max_tokens: Input should be a valid integer';
  if (maxTokens > mostOutputTokens) {
    return `max_tokens: ${maxTokens} > ${mostOutputTokens}, which is the maximum allowed number of output tokens for this model`;
  }
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

/** With thinking by budget, a turn that uses tools has to be sent back with the thinking that led to it. */
function checkThinkingFirst(body: JsonObject): string | undefined {
  const { thinking } = body;
  if (!isJsonObject(thinking) || thinking['type'] !== 'enabled') return undefined;
  const turns = objectsOf(body['messages']);
  const last = turns.findLastIndex((turn) => turn['role'] === 'assistant');
  const blocks = objectsOf(turns[last]?.['content']);
  const first = textOf(blocks[0]?.['type']);
  if (!blocks.some(({ type }) => type === 'tool_use') || first === 'thinking' || first === 'redacted_thinking') {
    return undefined;
  }
  return `messages.${last}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`;
}
