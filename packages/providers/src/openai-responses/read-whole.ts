import { isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { WholeAnswer } from '../base/adapter.ts';
import { errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';
import type { ResponsesDialect } from './dialect.ts';
import { ResponseFacts } from './response-facts.ts';

/** A whole response. The bytes stay as they came. */
export function readWhole(body: Buffer, dialect: ResponsesDialect): WholeAnswer {
  const { facts } = parseWhole(body, dialect);
  return { body, facts };
}

export interface ParsedResponse {
  readonly response: JsonObject;
  /** The items of its output. */
  readonly items: readonly JsonObject[];
  readonly facts: ResponseFacts;
}

/** Throws AttemptError for a 2xx that is no answer. */
export function parseWhole(body: Buffer, dialect: ResponsesDialect): ParsedResponse {
  const response = tryParseJson(body.toString('utf8'));
  if (!isJsonObject(response)) throw malformedAnswer('the answer is no JSON object');
  if (Boolean(response['error']) || response['status'] === 'failed' || response['status'] === 'cancelled') {
    throw errorInAnswer(readProviderWords(response), false);
  }
  if (!isJsonArray(response['output'])) throw malformedAnswer('the answer has no output');
  const items = response['output'].filter(isJsonObject);
  const facts = new ResponseFacts(dialect);
  facts.readEnd(response);
  for (const item of items) facts.readItem(item);
  return { response, items, facts };
}
