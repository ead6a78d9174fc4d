import type { WholeAnswer } from '../base/adapter.ts';
import type { ResponsesDialect } from '../openai-responses/dialect.ts';
import { parseWhole } from '../openai-responses/read-whole.ts';
import { chatId, chatUsage, createdAt, readFinishReason, tierMember } from './chat-answer.ts';
import { foldDeltas } from './fold-deltas.ts';
import { ItemReader } from './read-items.ts';

/** A whole response as a chat completion. Throws AttemptError for a 2xx that is none. */
export function readWhole(body: Buffer, dialect: ResponsesDialect): WholeAnswer {
  const { response, items, facts } = parseWhole(body, dialect);
  const reader = new ItemReader();
  const { message, logprobs } = foldDeltas(items.flatMap((item, index) => reader.item(index, item)));
  facts.finishReason = readFinishReason(facts, reader.calls);
  const usage = chatUsage(response['usage']);
  const completion = {
    id: chatId(response),
    object: 'chat.completion',
    created: createdAt(response),
    model: facts.answeredModel ?? '',
    choices: [{ index: 0, message, logprobs, finish_reason: facts.finishReason }],
    ...tierMember(facts),
    ...(usage === undefined ? {} : { usage }),
  };
  return { body: Buffer.from(JSON.stringify(completion)), facts };
}
