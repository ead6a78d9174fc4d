import type { JsonObject } from '@tollgate/core';
import { textOf } from '../read-members.ts';
import { blocksOf } from './read-messages-ask.ts';

/**
 * All results of an assistant turn stand in the very next user message, before anything else in it,
 * and answer nothing but that turn.
 */
export function checkToolUsePairs(turns: readonly JsonObject[]): string | undefined {
  for (const [index, turn] of turns.entries()) {
    const problem = checkTurnPair(turn, { index, before: turns[index - 1], next: turns[index + 1] });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

interface Surroundings {
  readonly index: number;
  readonly before: JsonObject | undefined;
  readonly next: JsonObject | undefined;
}

function checkTurnPair(turn: JsonObject, { index, before, next }: Surroundings): string | undefined {
  const asked = idsOf(before, 'tool_use', 'id');
  const orphan = idsOf(turn, 'tool_result', 'tool_use_id').findIndex((id) => !asked.includes(id));
  if (orphan !== -1) {
    const id = idsOf(turn, 'tool_result', 'tool_use_id')[orphan];
    return `messages.${index}.content.${orphan}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
  }
  const results = idsOf(turn, 'tool_result', 'tool_use_id');
  const doubled = results.find((id, at) => results.indexOf(id) !== at);
  if (doubled !== undefined) {
    return `messages.${index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${doubled}`;
  }
  const calls = idsOf(turn, 'tool_use', 'id');
  if (new Set(calls).size < calls.length) return `messages.${index}: \`tool_use\` ids must be unique`;
  const answered = leadingResults(next);
  const open = idsOf(turn, 'tool_use', 'id').filter((id) => !answered.includes(id));
  if (open.length === 0) return undefined;
  return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
}

function leadingResults(turn: JsonObject | undefined): readonly string[] {
  const blocks = blocksOf(turn?.['content']);
  const firstOther = blocks.findIndex((block) => block['type'] !== 'tool_result');
  return blocks.slice(0, firstOther === -1 ? blocks.length : firstOther).map((block) => textOf(block['tool_use_id']));
}

const idsOf = (turn: JsonObject | undefined, type: string, member: string): readonly string[] =>
  blocksOf(turn?.['content'])
    .filter((block) => block['type'] === type)
    .map((block) => textOf(block[member]));
