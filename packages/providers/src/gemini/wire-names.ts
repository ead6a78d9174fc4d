import { createHash } from 'node:crypto';
import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';

/** What Google allows as the name of a function. */
const allowedName = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/;
const longestKept = 50;
const digestLength = 10;

/** A function's name as Google allows it: itself where it can be, else what is allowed of it and a digest of the whole. */
export function wireName(name: string): string {
  if (allowedName.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, digestLength);
  return `_${name.replace(/[^a-zA-Z0-9_.:-]/g, '_').slice(0, longestKept)}_${digest}`;
}

/** Puts the caller's own names of functions back into the answer. */
export type NameRestorer = (wireFunctionName: string) => string;

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
