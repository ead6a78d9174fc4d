import { isJsonObject, type JsonObject } from '@tollgate/core';
import { textOf } from '../read-members.ts';

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
    case 'thinking':
      return typeof block['signature'] === 'string' ? undefined : `${at}.thinking.signature: Field required`;
    case undefined:
      return `${at}.type: Field required`;
    default:
      return known.has(textOf(block['type']))
        ? undefined
        : `${at}: Input tag '${textOf(block['type'])}' found using 'type' does not match any of the expected tags`;
  }
}

const known: ReadonlySet<string> = new Set([
  'document',
  'redacted_thinking',
  'search_result',
  'server_tool_use',
  'web_search_tool_result',
]);

const misplaced = (block: JsonObject, at: string): string =>
  `${at}: \`${textOf(block['type'])}\` blocks can only be in ${block['type'] === 'tool_use' ? '`assistant`' : '`user`'} messages`;

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

function checkToolResult(block: JsonObject, at: string): string | undefined {
  if (typeof block['tool_use_id'] !== 'string') return `${at}.tool_result.tool_use_id: Field required`;
  const allowed = ['type', 'tool_use_id', 'content', 'is_error', 'cache_control'];
  const unknown = Object.keys(block).find((name) => !allowed.includes(name));
  return unknown === undefined ? undefined : `${at}.tool_result.${unknown}: Extra inputs are not permitted`;
}

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

function checkImage({ source }: JsonObject, at: string): string | undefined {
  if (!isJsonObject(source)) return `${at}.image.source: Field required`;
  if (source['type'] === 'url' || source['type'] === 'file') return undefined;
  if (source['type'] !== 'base64')
    return `${at}.image.source: Input tag '${textOf(source['type'])}' found using 'type' does not match any of the expected tags: 'base64', 'file', 'url'`;
  if (imageTypes.includes(textOf(source['media_type']))) return undefined;
  return `${at}.image.source.base64.media_type: Input should be ${imageTypes.map((type) => `'${type}'`).join(', ')}`;
}
