import { createHash } from 'node:crypto';
import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';

/** Anthropic allows these characters in names and ids of tools, and no others. */
const forbiddenCharacters = /[^a-zA-Z0-9_-]/g;
const longestName = 64;
const digestLength = 10;

/**
 * A tool's name or a call's id as Anthropic allows it: itself where it can be, else what is allowed of
 * it and a digest of the whole. The same text always gives the same one, so that a prompt stays cacheable.
 */
export function wireName(text: string): string {
  const allowed = text.replace(forbiddenCharacters, '_');
  if (allowed === text && text.length > 0 && text.length <= longestName) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, digestLength);
  return `${allowed.slice(0, longestName - digestLength - 1)}_${digest}`;
}

/** Ids of tool calls, which Anthropic wants unique in the conversation where clients may count anew each turn. */
export class ToolUseIds {
  readonly #timesTaken = new Map<string, number>();

  take(id: string): string {
    const name = wireName(id);
    const times = (this.#timesTaken.get(name) ?? 0) + 1;
    this.#timesTaken.set(name, times);
    return times === 1 ? name : this.take(`${name}#${times}`);
  }
}

/** Puts the caller's own names of tools back into the answer. */
export type NameRestorer = (wireToolName: string) => string;

/** For the tools of a Chat Completions body; what is malformed there was refused before. */
export function createNameRestorer(body: JsonObject): NameRestorer {
  const original = new Map<string, string>();
  for (const tool of isJsonArray(body['tools']) ? body['tools'] : []) {
    const definition = isJsonObject(tool) ? tool['function'] : undefined;
    const name = isJsonObject(definition) ? definition['name'] : undefined;
    if (typeof name === 'string' && wireName(name) !== name) original.set(wireName(name), name);
  }
  return (name) => original.get(name) ?? name;
}
