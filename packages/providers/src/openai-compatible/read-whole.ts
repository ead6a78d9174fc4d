import { isJsonArray, isJsonObject, tryParseJson } from '@tollgate/core';
import type { WholeAnswer } from '../base/adapter.ts';
import { malformedAnswer } from '../base/answer-errors.ts';
import { ChatFacts } from './chat-facts.ts';
import type { ChatDialect } from './dialect.ts';
import { parseErrorInside } from './parse-error.ts';

/**
 * A whole chat completion. The bytes stay as they came: OpenRouter's keep-alive whitespace before the
 * JSON is JSON too.
 */
export function readWhole(body: Buffer, dialect: ChatDialect): WholeAnswer {
  const answer = tryParseJson(body.toString('utf8'));
  if (!isJsonObject(answer)) throw malformedAnswer('the answer is no JSON object');
  const error = parseErrorInside(answer, false);
  if (error !== undefined) throw error;
  const { choices } = answer;
  if (!isJsonArray(choices)) throw malformedAnswer('the answer has no choices');
  const facts = new ChatFacts(dialect);
  facts.readFrame(answer);
  for (const choice of choices) if (isJsonObject(choice)) facts.readChoice(choice);
  return { body, facts };
}
