import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { modelCapabilities } from '../../../src/anthropic/model-capabilities.ts';
import { sentTurns, type SentTurn } from './translate.ts';

const allowedName = /^[a-zA-Z0-9_-]{1,64}$/;

/** What of the request Anthropic would answer with a 400, in words; empty where nothing is. */
export function forbiddenIn(body: JsonObject, providerModel: string): readonly string[] {
  const turns = sentTurns(body);
  return [
    ...turns.flatMap((turn, index) => forbiddenInTurn(turns, turn, index)),
    ...forbiddenOrder(turns, providerModel),
    ...forbiddenCalls(turns),
    ...forbiddenSettings(body, providerModel),
  ];
}

function forbiddenInTurn(turns: readonly SentTurn[], { role, content }: SentTurn, index: number): readonly string[] {
  const answers = content.filter(({ type }) => type === 'tool_result');
  const called = turns[index - 1]?.content.filter(({ type }) => type === 'tool_use').map(({ id }) => id) ?? [];
  const answered = content.slice(0, called.length).map(({ tool_use_id: id }) => id);
  return [
    ...(content.length === 0 ? ['a turn without content'] : []),
    ...(content.some(hasBlankText) ? ['a blank text'] : []),
    ...(JSON.stringify(called) === JSON.stringify(answered) || called.length === 0
      ? []
      : ['a call without its result behind it']),
    ...(answers.length === called.length ? [] : ['a result without its call']),
    ...(role === 'assistant' && content.every(({ type }) => isThought(type)) ? ['a turn of thinking alone'] : []),
  ];
}

const isThought = (type: JsonValue | undefined): boolean => type === 'thinking' || type === 'redacted_thinking';

function hasBlankText(block: JsonObject): boolean {
  const { type, text, content } = block;
  if (type === 'text') return typeof text !== 'string' || text.trim() === '';
  return isJsonArray(content) && content.filter(isJsonObject).some(hasBlankText);
}

function forbiddenOrder(turns: readonly SentTurn[], providerModel: string): readonly string[] {
  const { prefill, systemTurns } = modelCapabilities(providerModel);
  const last = turns.at(-1);
  const lastText = last?.content.at(-1)?.['text'];
  return [
    ...(turns[0]?.role === 'user' ? [] : ['a first turn that is not the user’s']),
    ...(turns.some((turn, at) => turn.role !== 'system' && turn.role === turns[at - 1]?.role)
      ? ['two turns of a role']
      : []),
    ...(turns.some(({ role }) => role === 'system') && !systemTurns ? ['a system turn'] : []),
    ...(last?.role === 'assistant' && !prefill ? ['a prefill'] : []),
    ...(last?.role === 'assistant' && typeof lastText === 'string' && /\s$/.test(lastText)
      ? ['a prefill with space']
      : []),
    ...turns.flatMap((turn, at) => (turn.role === 'system' && !isPlaced(turns, at) ? ['a misplaced system turn'] : [])),
  ];
}

const isPlaced = (turns: readonly SentTurn[], at: number): boolean =>
  turns[at - 1]?.role === 'user' && (turns[at + 1] === undefined || turns[at + 1]?.role === 'assistant');

function forbiddenCalls(turns: readonly SentTurn[]): readonly string[] {
  const calls = turns.flatMap(({ content }) => content.filter(({ type }) => type === 'tool_use'));
  return [
    ...(new Set(calls.map(({ id }) => id)).size === calls.length ? [] : ['an id of a call twice']),
    ...(calls.every(({ id, name }) => isAllowed(id) && isAllowed(name)) ? [] : ['an id or name of a call']),
    ...(calls.every(({ input }) => isJsonObject(input)) ? [] : ['an input that is no object']),
  ];
}

const isAllowed = (value: JsonValue | undefined): boolean => typeof value === 'string' && allowedName.test(value);

function forbiddenSettings(body: JsonObject, providerModel: string): readonly string[] {
  const { sampling, forcedTools } = modelCapabilities(providerModel);
  const { max_tokens: cap, temperature, top_p: topP, top_k: topK, thinking, tools, stop_sequences: stops } = body;
  const choice = isJsonObject(body['tool_choice']) ? body['tool_choice']['type'] : undefined;
  const isForced = choice === 'any' || choice === 'tool';
  const budget = isJsonObject(thinking) ? thinking['budget_tokens'] : undefined;
  const names = isJsonArray(tools) ? tools.filter(isJsonObject).map((tool) => tool['name']) : [];
  const isHot = typeof temperature === 'number' && temperature > 1;
  return [
    ...(typeof cap === 'number' && Number.isSafeInteger(cap) && cap > 0 ? [] : ['no max_tokens']),
    ...(!sampling && (temperature ?? topP ?? topK) !== undefined ? ['sampling'] : []),
    ...(isHot || (temperature !== undefined && topP !== undefined) ? ['temperature with top_p, or above 1'] : []),
    ...(budget !== undefined && temperature !== undefined ? ['temperature while thinking'] : []),
    ...(typeof budget === 'number' && typeof cap === 'number' && (budget < 1024 || budget >= cap) ? ['a budget'] : []),
    ...(choice !== undefined && names.length === 0 ? ['a choice without tools'] : []),
    ...(isForced && (!forcedTools || budget !== undefined) ? ['a forced tool'] : []),
    ...(names.every(isAllowed) && new Set(names).size === names.length ? [] : ['a name of a tool']),
    ...(isJsonArray(stops) && stops.some((stop) => typeof stop !== 'string' || stop.trim() === '')
      ? ['a blank stop']
      : []),
  ];
}
