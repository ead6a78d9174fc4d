import { noUsage, type JsonObject } from '@tollgate/core';
import type { AdapterFixtures } from './adapter-conformance.ts';
import { openaiFixtures } from './chat-fixtures.ts';

const event = (type: string, members: JsonObject): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 0, ...members })}\n\n`;

const begun = { id: 'resp_1', object: 'response', created_at: 1, model: 'm-1', status: 'in_progress', output: [] };
const part = { type: 'output_text', text: 'Hi', annotations: [] };
const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] };
const usage = { input_tokens: 10, output_tokens: 3, total_tokens: 13 };
const ended = { ...begun, status: 'completed', output: [message], usage };
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };

/** Chat completions out of OpenAI's Responses API. */
export const responsesFixtures: AdapterFixtures = {
  ...openaiFixtures,
  opening:
    event('response.created', { response: begun }) +
    event('response.in_progress', { response: begun }) +
    event('response.output_item.added', { output_index: 0, item: { ...message, status: 'in_progress', content: [] } }),
  content: event('response.output_text.delta', { ...place, delta: 'Hi', logprobs: [] }),
  closing:
    event('response.output_text.done', { ...place, text: 'Hi', logprobs: [] }) +
    event('response.output_item.done', { output_index: 0, item: message }) +
    event('response.completed', { response: ended }),
  errorEvent: event('error', { error: { type: 'server_error', code: 'server_error', message: 'm', param: null } }),
  whole: JSON.stringify(ended),
  wholeError: JSON.stringify({ ...begun, status: 'failed', error: { code: 'server_error', message: 'm' } }),
  facts: {
    finishReason: 'stop',
    usage: { ...noUsage, inputUncached: 10, output: 3 },
    contentBytes: 2,
    answeredModel: 'm-1',
  },
};
