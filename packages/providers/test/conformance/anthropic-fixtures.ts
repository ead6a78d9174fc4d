import { noUsage, type JsonObject } from '@tollgate/core';
import type { AdapterFixtures } from './adapter-conformance.ts';

const event = (name: string, fields: JsonObject = {}): string =>
  `event: ${name}\ndata: ${JSON.stringify({ type: name, ...fields })}\n\n`;

const error = (type: string, message = 'text'): string =>
  JSON.stringify({ type: 'error', error: { details: null, type, message }, request_id: 'req_1' });

const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm-1' };

export const anthropicFixtures: AdapterFixtures = {
  opening:
    event('message_start', {
      message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 10, output_tokens: 1 } },
    }) +
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
    event('ping'),
  content: event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hi' } }),
  closing:
    event('content_block_stop', { index: 0 }) +
    event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 3 } }) +
    event('message_stop'),
  errorEvent: `event: error\ndata: ${error('overloaded_error', 'Overloaded')}\n\n`,
  whole: JSON.stringify({
    ...message,
    content: [{ type: 'text', text: 'Hi' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 10, output_tokens: 3 },
  }),
  wholeError: error('overloaded_error', 'Overloaded'),
  facts: {
    finishReason: 'stop',
    usage: { ...noUsage, inputUncached: 10, output: 3 },
    contentBytes: 2,
    answeredModel: 'm-1',
  },
  refusals: {
    rate_limited: { status: 429, headers: { 'retry-after': '3' }, body: error('rate_limit_error') },
    overloaded: { status: 529, body: error('overloaded_error', 'Overloaded') },
    server_error: { status: 500, body: error('api_error') },
    quota_spent: { status: 402, body: error('billing_error') },
    credential_refused: { status: 401, body: error('authentication_error', 'API key is invalid.') },
    model_not_found: { status: 404, body: error('not_found_error', 'model: x') },
    context_too_long: {
      status: 400,
      body: error('invalid_request_error', 'prompt is too long: 3333404 tokens > 200000 maximum'),
    },
    request_rejected: { status: 400, body: error('invalid_request_error', 'temperature: range: 0..1') },
  },
};
