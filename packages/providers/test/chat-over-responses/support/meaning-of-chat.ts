import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/**
 * What a chat completion says, however it is written: what each side said in a row, which calls were made
 * and how they were answered. Developers speak as the system does; a turn may be one message or several.
 */
export function meaningOfChat(body: JsonObject): unknown {
  const spoken: { role: string; text: string }[] = [];
  const calls: unknown[] = [];
  const results: string[] = [];
  const refusals: string[] = [];
  for (const message of objectsOf(body['messages'])) {
    const role = message['role'] === 'developer' ? 'system' : message['role'];
    if (role === 'tool') {
      results.push(JSON.stringify([message['tool_call_id'], textOf(message['content'])]));
      continue;
    }
    for (const call of objectsOf(message['tool_calls'])) calls.push(call);
    refusals.push(textOf(message['refusal']));
    const text = textOf(message['content']);
    const last = spoken.at(-1);
    if (text === '' || typeof role !== 'string') continue;
    if (last?.role === role) last.text += text;
    else spoken.push({ role, text });
  }
  const tools = objectsOf(body['tools']).map(({ function: definition }) => nameOf(definition));
  const { reasoning_effort: effort } = body;
  return { spoken, refusals: refusals.join(''), calls, results: results.toSorted(), tools, effort };
}

const nameOf = (definition: JsonValue | undefined): JsonValue | undefined =>
  isJsonObject(definition) ? definition['name'] : undefined;

const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];

const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string'
    ? value
    : objectsOf(value)
        .map(({ text }) => (typeof text === 'string' ? text : ''))
        .join('');
