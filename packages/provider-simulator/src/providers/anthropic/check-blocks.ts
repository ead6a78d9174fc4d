import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import { objectsOf, textOf } from '../read-members.ts';
import { checkDocument, checkImage } from './check-attachments.ts';
import { checkThinkingBlock } from './thinking-blocks.ts';

/** What is wrong with the content blocks of a message, in the API's words, or undefined. */
export function checkBlocks(blocks: readonly JsonObject[], at: string, role: string): string | undefined {
  for (const [index, block] of blocks.entries()) {
    const problem = checkBlock(block, `${at}.${index}`, role);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkBlock(block: JsonObject, at: string, role: string): string | undefined {
  switch (block['type']) {
    case 'text':
      return checkText(block, at);
    case 'tool_use':
      return role === 'assistant' ? checkToolUse(block, at) : misplaced(block, at);
    case 'tool_result':
      return role === 'user' ? checkToolResult(block, at) : misplaced(block, at);
    case 'image':
      return checkImage(block, at);
    case 'document':
      return checkDocument(block, at);
    case 'thinking':
    case 'redacted_thinking':
      return role === 'assistant' ? checkThinkingBlock(block, at) : misplaced(block, at);
    case undefined:
      return `${at}.type: Field required`;
    default:
      return known.has(textOf(block['type']))
        ? undefined
        : `${at}: Input tag '${textOf(block['type'])}' found using 'type' does not match any of the expected tags`;
  }
}

const known: ReadonlySet<string> = new Set(['search_result', 'server_tool_use', 'web_search_tool_result']);
const ofUsers: readonly string[] = ['tool_result'];

const misplaced = ({ type }: JsonObject, at: string): string =>
  `${at}: \`${textOf(type)}\` blocks can only be in ${ofUsers.includes(textOf(type)) ? '`user`' : '`assistant`'} messages`;

function checkText({ text }: JsonObject, at: string): string | undefined {
  if (typeof text !== 'string') return `${at}.text.text: Field required`;
  if (text === '') return 'messages: text content blocks must be non-empty';
  return text.trim() === '' ? 'messages: text content blocks must contain non-whitespace text' : undefined;
}

function checkToolUse(block: JsonObject, at: string): string | undefined {
  if (!/^[a-zA-Z0-9_-]+$/.test(textOf(block['id']))) {
    return `${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
  }
  return isJsonObject(block['input']) ? undefined : `${at}.tool_use.input: Input should be a valid dictionary`;
}

const resultMembers: readonly string[] = ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'];
const resultTypes: readonly string[] = ['text', 'image', 'document', 'search_result'];

function checkToolResult(block: JsonObject, at: string): string | undefined {
  if (typeof block['tool_use_id'] !== 'string') return `${at}.tool_result.tool_use_id: Field required`;
  const unknown = Object.keys(block).find((name) => !resultMembers.includes(name));
  if (unknown !== undefined) return `${at}.tool_result.${unknown}: Extra inputs are not permitted`;
  const { content } = block;
  if (content === undefined || typeof content === 'string') return undefined;
  if (!isJsonArray(content)) return `${at}.tool_result.content: Input should be a valid list`;
  const odd = objectsOf(content).find(({ type }) => !resultTypes.includes(textOf(type)));
  if (odd !== undefined) {
    return `${at}.tool_result.content: Input tag '${textOf(odd['type'])}' found using 'type' does not match any of the expected tags: ${resultTypes.map((type) => `'${type}'`).join(', ')}`;
  }
  return checkBlocks(objectsOf(content), `${at}.tool_result.content`, 'tool_result');
}
