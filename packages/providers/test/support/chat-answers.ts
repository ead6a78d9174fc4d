import type { JsonObject } from '@tollgate/core';

/** One chunk of a chat stream, as servers write it. */
export const chunk = (fields: JsonObject): string =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm-1', ...fields })}\n\n`;

export const textChunk = (content: string): string =>
  chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });

export const finishChunk = (reason: string): string =>
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });

export const usage = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 };

export const usageChunk = chunk({ choices: [], usage });

export const done = 'data: [DONE]\n\n';

export const wholeStream = textChunk('Hi') + finishChunk('stop') + usageChunk + done;

export const wholeAnswer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage,
});
