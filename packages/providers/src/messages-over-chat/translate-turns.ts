import type { JsonObject, JsonValue } from '@tollgate/core';
import { invalidField, readArray, readObject, readString } from '../base/read-fields.ts';
import type { Origins } from '../base/caller-fields.ts';
import { writeAssistant } from './translate-assistant.ts';
import { contentOf, readBlocks, translatePart, type PlacedBlock, type TurnNotes } from './translate-parts.ts';
import { PendingCalls, writeToolResult, type TurnContext } from './translate-results.ts';

/** `system` as the first message. */
export function translateSystem(system: JsonValue | undefined, origins: Origins): readonly JsonObject[] {
  const blocks = readBlocks(system, 'system');
  return blocks.length === 0 ? [] : [writeSystem(blocks, 'system', origins)];
}

function writeSystem(blocks: readonly PlacedBlock[], param: string, origins: Origins): JsonObject {
  const parts = blocks.map((placed) => origins.note(systemPart(placed), placed.at));
  return origins.note({ role: 'system', content: contentOf(parts) }, param);
}

function systemPart({ block, at }: PlacedBlock): JsonObject {
  if (block['type'] !== 'text') throw invalidField(`${at}.type`, 'has to be "text".');
  return { ...block, text: readString(block['text'], `${at}.text`) };
}

interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly param: string;
  readonly blocks: readonly PlacedBlock[];
}

/**
 * `messages` as those of a chat: the results of tools are messages of their own, ahead of what else the user
 * says. Throws GatewayError `invalid_field` where results and calls do not match.
 */
export function translateTurns(messages: JsonValue | undefined, notes: TurnNotes): readonly JsonObject[] {
  const turns = mergeNeighbours(readArray(messages, 'messages').map(readTurn));
  if (turns.length === 0) throw invalidField('messages', 'has to hold at least one message.');
  const pending = new PendingCalls();
  return turns.flatMap((turn) => {
    if (turn.role === 'user') return writeUser(turn, { pending, ...notes });
    pending.assertNone();
    if (turn.role === 'system') return [writeSystem(turn.blocks, turn.param, notes.origins)];
    return writeAssistant(turn.blocks, { pending, ...notes }).map((said) => notes.origins.note(said, turn.param));
  });
}

function readTurn(value: JsonValue, index: number): Turn {
  const param = `messages[${index}]`;
  const message = readObject(value, param);
  const role = readString(message['role'], `${param}.role`);
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw invalidField(`${param}.role`, 'has to be user, assistant or system.');
  }
  return { role, param, blocks: readBlocks(message['content'], `${param}.content`) };
}

/** Anthropic takes turns of the same role that follow each other as one. */
function mergeNeighbours(turns: readonly Turn[]): readonly Turn[] {
  const merged: { readonly role: Turn['role']; readonly param: string; readonly blocks: PlacedBlock[] }[] = [];
  for (const { role, param, blocks } of turns) {
    const last = merged.at(-1);
    if (last?.role !== role) merged.push({ role, param, blocks: [...blocks] });
    else for (const block of blocks) last.blocks.push(block);
  }
  return merged;
}

function writeUser({ blocks, param }: Turn, context: TurnContext): readonly JsonObject[] {
  const { pending, origins } = context;
  const isResult = ({ block }: PlacedBlock): boolean => block['type'] === 'tool_result';
  const results = blocks.filter(isResult).map((placed) => writeToolResult(placed, context));
  pending.assertNone();
  const parts = blocks.filter((placed) => !isResult(placed)).flatMap((placed) => translatePart(placed, context));
  return [
    ...results,
    ...(parts.length === 0 ? [] : [origins.note({ role: 'user', content: contentOf(parts) }, param)]),
  ];
}
