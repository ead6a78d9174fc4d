import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/** What an answer says, whatever protocol says it. */
export interface Gist {
  /** To the user, what it refuses with included. */
  readonly text: string;
  readonly calls: readonly GistCall[];
  readonly stop: 'stop' | 'length' | 'tool_calls' | 'refused' | 'unknown';
  /** Undefined where the answer counts nothing. */
  readonly usage: GistUsage | undefined;
}

export interface GistCall {
  readonly name: string;
  /** The value, or the text where it is no JSON. */
  readonly input: JsonValue;
}

export interface GistUsage {
  /** Cached tokens included. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

/** Of an answer of one protocol: the events of a stream in order, or the body alone. Throws an AssertionError where it is not well-formed. */
export type GistReader = (objects: readonly JsonObject[], streamed: boolean) => Gist;

export const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];

export const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

export const countOf = (value: JsonValue | undefined): number => (typeof value === 'number' ? value : 0);

/** No arguments are an empty object, in every protocol. */
export function inputOf(text: string): JsonValue {
  if (text === '') return {};
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
