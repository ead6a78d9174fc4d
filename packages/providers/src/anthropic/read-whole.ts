import { isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import type { WholeAnswer } from '../base/adapter.ts';
import { errorInAnswer, malformedAnswer } from '../base/answer-errors.ts';
import { readProviderWords } from '../base/provider-words.ts';
import { chatId, type ChatDelta } from './chat-delta.ts';
import { foldDeltas } from './fold-deltas.ts';
import { MessageFacts } from './message-facts.ts';
import { chatUsage } from './parse-usage.ts';
import { BlockReader } from './read-blocks.ts';
import { readStop } from './stop-outcome.ts';
import type { NameRestorer } from './wire-names.ts';

export interface WholeMessageOptions {
  /** Seconds since the epoch, for `created`. */
  readonly created: number;
  readonly restoreName: NameRestorer;
}

/** A whole message as a chat completion. Throws AttemptError for a 2xx that is none. */
export function readWholeMessage(body: Buffer, { created, restoreName }: WholeMessageOptions): WholeAnswer {
  const message = parseMessage(body);
  const facts = new MessageFacts();
  facts.readMessage(message);
  facts.readFinalUsage(message['usage']);
  const blocks = new BlockReader({ facts, restoreName });
  const deltas = readBlocks(message['content'], blocks);
  const { finishReason, refusal, extensions } = readStop(message, blocks.toolCalls);
  facts.finishReason = finishReason;
  const completion = {
    id: chatId(message['id']),
    object: 'chat.completion',
    created,
    model: facts.answeredModel ?? '',
    choices: [
      {
        index: 0,
        message: foldDeltas(refusal === undefined ? deltas : [...deltas, { refusal }]),
        logprobs: null,
        finish_reason: finishReason,
        ...extensions,
      },
    ],
    ...(facts.usage === undefined ? {} : { usage: chatUsage(facts.usage) }),
  };
  return { body: Buffer.from(JSON.stringify(completion)), facts };
}

function parseMessage(body: Buffer): JsonObject {
  const message = tryParseJson(body.toString('utf8'));
  if (!isJsonObject(message)) throw malformedAnswer('the answer is no JSON object');
  if (message['type'] === 'error' || isJsonObject(message['error'])) {
    throw errorInAnswer(readProviderWords(message), false);
  }
  return message;
}

/** A block that came whole starts and stops at once. */
function readBlocks(content: JsonValue | undefined, blocks: BlockReader): readonly ChatDelta[] {
  if (!isJsonArray(content)) throw malformedAnswer('the answer has no content');
  return content.flatMap((block, index) => [
    ...blocks.start({ index, content_block: block }),
    ...blocks.stop({ index }),
  ]);
}
