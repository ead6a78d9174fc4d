/** What an OpenAI-compatible provider says, as bytes. */

const usage = { prompt_tokens: 20, completion_tokens: 100, total_tokens: 120 };

/** A whole chat completion of 100 words. */
export const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'gpt-4o-mini',
    choices: [{ index: 0, message: { role: 'assistant', content: 'word '.repeat(100) }, finish_reason: 'stop' }],
    usage,
  }),
);

export const notFound = Buffer.from(
  JSON.stringify({ error: { message: 'no such model', type: 'invalid_request_error', code: 'model_not_found' } }),
);

const chunk = (fields: object): Buffer =>
  Buffer.from(
    `data: ${JSON.stringify({
      id: 'chatcmpl-bench-0123456789abcdef',
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      model: 'gpt-4o-mini-2024-07-18',
      service_tier: 'default',
      system_fingerprint: 'fp_0123456789',
      ...fields,
    })}\n\n`,
  );

/** One word of an answer. */
export const frame = chunk({
  choices: [{ index: 0, delta: { content: ' word' }, logprobs: null, finish_reason: null }],
  usage: null,
});

export const lastFrames = Buffer.concat([
  chunk({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }], usage: null }),
  chunk({ choices: [], usage }),
  Buffer.from('data: [DONE]\n\n'),
]);

/** As one chunk of HTTP's chunked coding. */
export const chunked = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
