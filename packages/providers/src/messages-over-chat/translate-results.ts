import type { JsonObject } from '@tollgate/core';
import { invalidField, readOptionalBoolean, readString } from '../base/read-fields.ts';
import { givenCallId } from './call-ids.ts';
import { contentOf, markOf, readBlocks, translatePart, type PlacedBlock, type TurnNotes } from './translate-parts.ts';

/** Calls of the last assistant turn that wait for their results. */
export class PendingCalls {
  #open = new Map<string, string>();
  #answered = new Set<string>();

  /** `at` is where the call stands. */
  open(id: string, at: string): void {
    if (this.#open.size === 0) this.#answered = new Set();
    if (this.#open.has(id)) throw invalidField(`${at}.id`, 'stands twice in the turn: ids of calls have to differ.');
    this.#open.set(id, at);
  }

  answer(id: string, at: string): void {
    if (this.#answered.has(id)) throw invalidField(`${at}.tool_use_id`, 'has been answered before.');
    if (!this.#open.delete(id)) {
      throw invalidField(`${at}.tool_use_id`, 'answers no tool_use of the assistant message before it.');
    }
    this.#answered.add(id);
  }

  /** Throws for a call whose result does not come in the very next turn. */
  assertNone(): void {
    for (const [id, at] of this.#open) {
      throw invalidField(
        at,
        `has to be followed by a user message with its tool_result: ${JSON.stringify(id)} has none.`,
      );
    }
  }
}

/** What the turns of a conversation know of each other. */
export interface TurnContext extends TurnNotes {
  readonly pending: PendingCalls;
}

/** A result as a message of role tool. What it holds beside text, and that it is an error, are kept as they are. */
export function writeToolResult({ block, at }: PlacedBlock, context: TurnContext): JsonObject {
  const { pending, origins } = context;
  const id = readString(block['tool_use_id'], `${at}.tool_use_id`);
  pending.answer(id, at);
  const parts = readBlocks(block['content'], `${at}.content`).flatMap((placed) => translatePart(placed, context));
  const isError = readOptionalBoolean(block['is_error'], `${at}.is_error`) ?? false;
  const result = {
    role: 'tool',
    tool_call_id: givenCallId(id),
    content: parts.length === 0 ? '' : contentOf(parts),
    ...(isError ? { is_error: true } : {}),
    ...markOf(block),
  };
  return origins.note(result, at);
}
