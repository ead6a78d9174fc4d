import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/** What an answer says, in whatever protocol it says it. */
export interface Meaning {
  /** A refusal where there is no other: some protocols have a member of its own for it. */
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly ended: 'done' | 'calls' | 'cap' | 'refused' | undefined;
  /** Cached tokens are in the input. */
  readonly tokens: { readonly input: number; readonly output: number };
}

export type Spoken = 'openai_chat' | 'openai_responses' | 'anthropic_messages' | 'gemini';

const objects = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
const count = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : 0);
const joined = (parts: readonly JsonObject[], member: string): string =>
  parts.map((part) => text(part[member])).join('');

/** Reads whole answers as an SDK gives them, streams gathered. */
export const meaningOf: Readonly<Record<Spoken, (answer: JsonObject) => Meaning>> = {
  openai_chat: ({ choices, usage }) => {
    const [choice = {}] = objects(choices);
    const message = object(choice['message']);
    const { prompt_tokens: input, completion_tokens: output } = object(usage);
    const refusal = text(message['refusal']);
    return {
      text: text(message['content']) === '' ? refusal : text(message['content']),
      calls: objects(message['tool_calls']).map(({ function: called }) => ({
        name: text(object(called)['name']),
        input: JSON.parse(text(object(called)['arguments'])),
      })),
      ended: refusal === '' ? endings[text(choice['finish_reason'])] : 'refused',
      tokens: { input: count(input), output: count(output) },
    };
  },
  openai_responses: ({ output, status, incomplete_details: incomplete, usage }) => {
    const items = objects(output);
    const parts = items.filter(({ type }) => type === 'message').flatMap(({ content }) => objects(content));
    const calls = items.filter(({ type }) => type === 'function_call');
    const reason = status === 'completed' ? 'completed' : text(object(incomplete)['reason']);
    const refused = parts.some(({ type }) => type === 'refusal');
    const counts = object(usage);
    return {
      text: joined(parts, 'text') === '' ? joined(parts, 'refusal') : joined(parts, 'text'),
      calls: calls.map(({ name, arguments: input }) => ({ name: text(name), input: JSON.parse(text(input)) })),
      ended: refused ? 'refused' : calls.length > 0 ? 'calls' : endings[reason],
      tokens: { input: count(counts['input_tokens']), output: count(counts['output_tokens']) },
    };
  },
  anthropic_messages: ({ content, stop_reason: reason, usage }) => {
    const blocks = objects(content);
    const counts = object(usage);
    const cached = count(counts['cache_read_input_tokens']) + count(counts['cache_creation_input_tokens']);
    return {
      text: joined(blocks, 'text'),
      calls: blocks.filter(({ type }) => type === 'tool_use').map(({ name, input }) => ({ name: text(name), input })),
      ended: endings[text(reason)],
      tokens: { input: count(counts['input_tokens']) + cached, output: count(counts['output_tokens']) },
    };
  },
  gemini: ({ candidates, usageMetadata }) => {
    const [candidate = {}] = objects(candidates);
    const parts = objects(object(candidate['content'])['parts']).filter(({ thought }) => thought !== true);
    const calls = parts.flatMap(({ functionCall: call }) => (isJsonObject(call) ? [call] : []));
    const counts = object(usageMetadata);
    const output = count(counts['candidatesTokenCount']) + count(counts['thoughtsTokenCount']);
    return {
      text: joined(parts, 'text'),
      calls: calls.map(({ name, args }) => ({ name: text(name), input: args })),
      ended: calls.length > 0 ? 'calls' : endings[text(candidate['finishReason'])],
      tokens: { input: count(counts['promptTokenCount']), output },
    };
  },
};

const endings: Readonly<Record<string, Meaning['ended']>> = {
  stop: 'done',
  completed: 'done',
  end_turn: 'done',
  STOP: 'done',
  tool_calls: 'calls',
  tool_use: 'calls',
  length: 'cap',
  max_output_tokens: 'cap',
  max_tokens: 'cap',
  MAX_TOKENS: 'cap',
  content_filter: 'refused',
  refusal: 'refused',
  SAFETY: 'refused',
};
