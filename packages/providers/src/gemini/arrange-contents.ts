import { invalidField } from '../base/read-fields.ts';
import type { CalledFunction, Entry } from './read-messages.ts';
import type { Content, Part } from './wire.ts';

export interface Conversation {
  readonly system: readonly Part[];
  readonly contents: readonly Content[];
}

type ToolEntry = Extract<Entry, { role: 'tool' }>;
type Turn = { readonly role: Content['role'] | 'system'; readonly parts: readonly Part[] };

/**
 * Instructions that open the conversation apart from it; then turns in which the results of calls come right behind
 * those, in their order. Throws GatewayError `invalid_field` where results and calls do not match, or nothing is said.
 */
export function arrangeContents(entries: readonly Entry[]): Conversation {
  const turns = pairCalls(entries).filter(({ parts }) => parts.length > 0);
  const firstOther = turns.findIndex(({ role }) => role !== 'system');
  const opening = firstOther === -1 ? turns.slice(0, -1) : turns.slice(0, firstOther);
  const rest = turns.slice(opening.length);
  if (rest.length === 0) throw invalidField('messages', 'has to hold at least one message with content.');
  // A conversation of instructions alone is one that the last of them opens as the user.
  const said = firstOther === -1 ? rest.map(({ parts }) => ({ role: 'user' as const, parts })) : rest.map(asContent);
  const contents = mergeNeighbours(said);
  return {
    system: opening.flatMap(({ parts }) => parts),
    contents: contents[0]?.role === 'model' ? [assistantFirst, ...contents] : contents,
  };
}

/** A call of a function has to follow a turn of the user. */
const assistantFirst: Content = { role: 'user', parts: [{ text: '(The assistant speaks first.)' }] };

/** Instructions amid the conversation stay where they stand, marked as what they are. */
const asContent = ({ role, parts }: Turn): Content =>
  role === 'system' ? { role: 'user', parts: parts.map(markAsInstruction) } : { role, parts };

const markAsInstruction = (part: Part): Part =>
  part.text === undefined ? part : { text: `<system-instruction>\n${part.text}\n</system-instruction>` };

function mergeNeighbours(contents: readonly Content[]): readonly Content[] {
  const merged: { readonly role: Content['role']; readonly parts: Part[] }[] = [];
  for (const { role, parts } of contents) {
    const last = merged.at(-1);
    if (last?.role !== role) merged.push({ role, parts: [...parts] });
    else for (const part of parts) last.parts.push(part);
  }
  return merged;
}

function pairCalls(entries: readonly Entry[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at];
    if (entry === undefined) break;
    if (entry.role === 'tool') throw unasked(entry);
    turns.push(entry);
    if (entry.role !== 'model' || entry.calls.length === 0) continue;
    const results: ToolEntry[] = [];
    const instructions: Turn[] = [];
    for (let next = entries[at + 1]; next?.role === 'tool' || next?.role === 'system'; next = entries[at + 1]) {
      if (next.role === 'tool') results.push(next);
      else instructions.push({ role: 'system', parts: next.parts });
      at += 1;
    }
    turns.push({ role: 'user', parts: pairResults(entry.calls, results, entry.param) }, ...instructions);
  }
  return turns;
}

const unasked = (entry: ToolEntry) =>
  invalidField(`${entry.param}.tool_call_id`, 'answers no call of the assistant message before it.');

function pairResults(calls: readonly CalledFunction[], results: readonly ToolEntry[], param: string): readonly Part[] {
  const byId = new Map<string, ToolEntry>();
  for (const result of results) {
    if (byId.has(result.callId)) throw invalidField(`${result.param}.tool_call_id`, 'has been answered before.');
    if (calls.every(({ id }) => id !== result.callId)) throw unasked(result);
    byId.set(result.callId, result);
  }
  const answered = calls.map((call) => {
    const result = byId.get(call.id);
    if (result !== undefined) return { call, result };
    throw invalidField(
      `${param}.tool_calls`,
      `has to be followed by a message of role tool for each call: ${JSON.stringify(call.id)} has none.`,
    );
  });
  return [...answered.map(({ call, result }) => responsePart(call, result)), ...answered.flatMap(attachments)];
}

/** The text as it is, under the names that Google gives to what a function returns and to why it failed. */
function responsePart({ id, name }: CalledFunction, { parts, isError }: ToolEntry): Part {
  const text = parts.flatMap((part) => part.text ?? []).join('\n');
  return { functionResponse: { id, name, response: isError ? { error: text } : { output: text } } };
}

/** What is no text comes behind all results, which have to stand together. */
function attachments({ call, result }: { readonly call: CalledFunction; readonly result: ToolEntry }): readonly Part[] {
  const attached = result.parts.filter(({ inlineData }) => inlineData !== undefined);
  return attached.length === 0 ? [] : [{ text: `Attached to the result of ${call.name} (${call.id}):` }, ...attached];
}
