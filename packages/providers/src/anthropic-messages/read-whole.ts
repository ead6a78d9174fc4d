import { isJsonArray, isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { WholeAnswer } from '../base/adapter.ts';
import { errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';
import { MessageFacts } from '../anthropic/message-facts.ts';
import { readStop } from '../anthropic/stop-outcome.ts';
import { countBlock } from './count-block.ts';
import type { MessagesDialect } from './dialect.ts';

/** A whole message. The bytes stay as they came. Throws AttemptError for a 2xx that is none. */
export function readWhole(body: Buffer, { reportedCost }: Pick<MessagesDialect, 'reportedCost'>): WholeAnswer {
  const message = parseAnswer(body);
  const { content } = message;
  if (!isJsonArray(content)) throw malformedAnswer('the answer has no content');
  const blocks = content.filter(isJsonObject);
  const facts = new MessageFacts(reportedCost);
  facts.readMessage(message);
  facts.readFinalUsage(message['usage']);
  for (const block of blocks) {
    countBlock(block, facts);
    if (block['type'] === 'tool_use') facts.countContent(JSON.stringify(block['input'] ?? {}));
  }
  facts.finishReason = readStop(message, blocks.filter(({ type }) => type === 'tool_use').length).finishReason;
  return { body, facts };
}

/** Throws AttemptError where it is an error, or no object. */
export function parseAnswer(body: Buffer): JsonObject {
  const answer = tryParseJson(body.toString('utf8'));
  if (!isJsonObject(answer)) throw malformedAnswer('the answer is no JSON object');
  if (answer['type'] === 'error' || isJsonObject(answer['error'])) {
    throw errorInAnswer(readProviderWords(answer), false);
  }
  return answer;
}
