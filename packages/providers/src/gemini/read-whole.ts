import { isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { WholeAnswer } from '../base/adapter.ts';
import { errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { blockReasonOf, GeminiFacts } from './answer-facts.ts';
import { foldDeltas } from './fold-deltas.ts';
import { mapLogprobs } from './map-logprobs.ts';
import { readGeminiWords } from './parse-error.ts';
import { chatUsage } from './parse-usage.ts';
import { CandidateReader } from './read-candidate.ts';
import { chatId, chosenFinish, indexOf } from './write-choice.ts';
import type { NameRestorer } from './wire-names.ts';

export interface AnswerOptions {
  /** Seconds since the epoch, for `created`. */
  readonly created: number;
  /** Ours; makes ids that Google does not give. */
  readonly requestId: string;
  readonly restoreName: NameRestorer;
}

/** A whole answer as a chat completion. Throws AttemptError for a 2xx that is none. */
export function readWholeAnswer(body: Buffer, options: AnswerOptions): WholeAnswer {
  const answer = parseAnswer(body);
  const facts = new GeminiFacts();
  facts.readFrame(answer);
  const completion = {
    id: chatId(answer, options.requestId),
    object: 'chat.completion',
    created: options.created,
    model: facts.answeredModel ?? '',
    choices: readChoices(answer, facts, options),
    ...(facts.usage === undefined ? {} : { usage: chatUsage(facts.usage) }),
  };
  return { body: Buffer.from(JSON.stringify(completion)), facts };
}

/** Throws AttemptError for a 2xx that is no JSON or holds an error. */
export function parseAnswer(body: Buffer): JsonObject {
  const answer = tryParseJson(body.toString('utf8'));
  if (!isJsonObject(answer)) throw malformedAnswer('the answer is no JSON object');
  if (isJsonObject(answer['error'])) throw errorInAnswer(readGeminiWords(answer), false);
  return answer;
}

function readChoices(answer: JsonObject, facts: GeminiFacts, options: AnswerOptions): readonly JsonObject[] {
  const blockReason = blockReasonOf(answer);
  const candidates = isJsonArray(answer['candidates']) ? answer['candidates'].filter(isJsonObject) : [];
  if (candidates.length > 0) return candidates.map((candidate) => readChoice(candidate, facts, options));
  if (blockReason === undefined) throw malformedAnswer('the answer has no candidates');
  facts.finishReason = 'content_filter';
  const blocked = { finish_reason: 'content_filter', native_finish_reason: blockReason };
  return [{ index: 0, message: foldDeltas([]), logprobs: null, ...blocked }];
}

function readChoice(candidate: JsonObject, facts: GeminiFacts, options: AnswerOptions): JsonObject {
  const index = indexOf(candidate);
  const { requestId, restoreName } = options;
  const reader = new CandidateReader({ facts, restoreName, callIdPrefix: `call_${requestId}_${index}` });
  const message = foldDeltas(reader.read(candidate));
  if (reader.nativeFinishReason === undefined) throw malformedAnswer('a candidate of the answer has no finish reason');
  const logprobs = mapLogprobs(candidate['logprobsResult']);
  return { index, message, logprobs, ...chosenFinish(reader, undefined) };
}
