import type { JsonValue } from '@tollgate/core';
import { arrangeTurns } from './arrange-turns.ts';
import type { ModelCapabilities } from './model-capabilities.ts';
import { invalidField, unsupportedField } from '../base/read-fields.ts';
import { readMessages } from './read-messages.ts';
import type { Block, TextBlock, Turn } from './wire.ts';

export interface Conversation {
  readonly system: readonly TextBlock[];
  readonly turns: readonly Turn[];
}

/** `messages` as Anthropic wants them. Throws GatewayError where they cannot be said there. */
export function translateMessages(
  messages: JsonValue | undefined,
  model: { readonly providerModel: string; readonly capabilities: ModelCapabilities },
): Conversation {
  const all = arrangeTurns(readMessages(messages, model.providerModel));
  const firstOther = all.findIndex((turn) => turn.role !== 'system');
  if (firstOther === -1) return onlyInstructions(all);
  const turns = mergeNeighbours(placeInstructions(all.slice(firstOther), model.capabilities));
  return { system: systemBlocks(all.slice(0, firstOther)), turns: finishLast(openWithUser(turns), model) };
}

/** A conversation of instructions alone is one that the last of them opens as the user. */
function onlyInstructions(turns: readonly Turn[]): Conversation {
  const last = turns.at(-1);
  if (last === undefined) throw invalidField('messages', 'has to hold at least one message with content.');
  return { system: systemBlocks(turns.slice(0, -1)), turns: [{ role: 'user', content: last.content }] };
}

const systemBlocks = (turns: readonly Turn[]): readonly TextBlock[] =>
  turns.flatMap((turn) => turn.content).filter((block) => block.type === 'text');

/**
 * Instructions amid the conversation stay where they stand, so that the cached prefix before them
 * holds: as a system turn where the model knows such and between a user's and an assistant's turn (the
 * only place allowed), else as the user's text, marked as what it is.
 */
function placeInstructions(turns: readonly Turn[], capabilities: ModelCapabilities): readonly Turn[] {
  const others = turns.filter((turn) => turn.role !== 'system');
  let passed = 0;
  return turns.map((turn): Turn => {
    if (turn.role !== 'system') {
      passed += 1;
      return turn;
    }
    const isAllowed = others[passed - 1]?.role === 'user' && others[passed]?.role !== 'user';
    if (capabilities.systemTurns && isAllowed) return turn;
    return { role: 'user', content: turn.content.map(markAsInstruction) };
  });
}

const markAsInstruction = (block: Block): Block =>
  block.type === 'text' ? { ...block, text: `<system-instruction>\n${block.text}\n</system-instruction>` } : block;

function mergeNeighbours(turns: readonly Turn[]): readonly Turn[] {
  const merged: { readonly role: Turn['role']; readonly content: Block[] }[] = [];
  for (const { role, content } of turns) {
    const last = merged.at(-1);
    if (last?.role !== role) merged.push({ role, content: [...content] });
    else for (const block of content) last.content.push(block);
  }
  return merged;
}

const openWithUser = (turns: readonly Turn[]): readonly Turn[] =>
  turns[0]?.role === 'assistant'
    ? [{ role: 'user', content: [{ type: 'text', text: '(The assistant speaks first.)' }] }, ...turns]
    : turns;

/** A last turn of the assistant is a beginning that the model continues, where it can. */
function finishLast(
  turns: readonly Turn[],
  model: { readonly providerModel: string; readonly capabilities: ModelCapabilities },
): readonly Turn[] {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return turns;
  if (!model.capabilities.prefill) {
    throw unsupportedField(
      'messages',
      `ends with an assistant message, which ${model.providerModel} does not continue: end with a user message.`,
    );
  }
  const lastBlock = last.content.at(-1);
  if (lastBlock?.type !== 'text') return turns;
  const trimmed = { ...lastBlock, text: lastBlock.text.trimEnd() };
  return [...turns.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), trimmed] }];
}
