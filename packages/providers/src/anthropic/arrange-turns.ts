import { invalidField } from '../base/read-fields.ts';
import type { Entry, ToolCallIds } from './read-messages.ts';
import type { Block, TextBlock, ToolResultBlock, Turn } from './wire.ts';

type ToolEntry = Extract<Entry, { role: 'tool' }>;

/**
 * Puts all results of a turn's calls into one user turn, in the order of the calls, right behind it,
 * which is the only place where Anthropic takes them; instructions in between go behind the results.
 * Throws GatewayError `invalid_field` where results and calls do not match.
 */
export function arrangeTurns(entries: readonly Entry[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at];
    if (entry === undefined) break;
    if (entry.role === 'tool') {
      throw invalidField(`${entry.param}.tool_call_id`, 'answers no call of the assistant message before it.');
    }
    turns.push({ role: entry.role, content: entry.blocks });
    if (entry.role !== 'assistant' || entry.calls.length === 0) continue;
    const following = followingResults(entries, at + 1);
    turns.push({ role: 'user', content: pairResults(entry.calls, following.results, entry.param) });
    for (const content of following.instructions) turns.push({ role: 'system', content });
    at = following.end - 1;
  }
  return turns.filter((turn) => turn.content.length > 0);
}

interface Following {
  readonly results: readonly ToolEntry[];
  readonly instructions: readonly (readonly TextBlock[])[];
  readonly end: number;
}

function followingResults(entries: readonly Entry[], start: number): Following {
  const results: ToolEntry[] = [];
  const instructions: (readonly TextBlock[])[] = [];
  let end = start;
  for (let entry = entries[end]; entry?.role === 'tool' || entry?.role === 'system'; entry = entries[end]) {
    if (entry.role === 'tool') results.push(entry);
    else instructions.push(entry.blocks);
    end += 1;
  }
  return { results, instructions, end };
}

function pairResults(calls: readonly ToolCallIds[], results: readonly ToolEntry[], param: string): readonly Block[] {
  const called = new Set(calls.map((call) => call.callerId));
  const byId = new Map<string, ToolEntry>();
  for (const result of results) {
    if (byId.has(result.callerId)) throw invalidField(`${result.param}.tool_call_id`, 'has been answered before.');
    if (!called.has(result.callerId)) {
      throw invalidField(`${result.param}.tool_call_id`, 'answers no call of the assistant message before it.');
    }
    byId.set(result.callerId, result);
  }
  return calls.map((call): ToolResultBlock => {
    const result = byId.get(call.callerId);
    if (result === undefined) {
      throw invalidField(
        `${param}.tool_calls`,
        `has to be followed by a message of role tool for each call: ${JSON.stringify(call.callerId)} has none.`,
      );
    }
    const content = result.blocks.length === 0 ? {} : { content: result.blocks };
    return { type: 'tool_result', tool_use_id: call.wireId, ...content, ...result.mark };
  });
}
