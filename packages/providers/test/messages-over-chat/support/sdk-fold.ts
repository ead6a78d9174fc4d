import Anthropic from '@anthropic-ai/sdk';

/** The message that Anthropic's own client makes of a stream's bytes. */
export async function foldWithSdk(stream: Buffer): Promise<Anthropic.Message> {
  const client = new Anthropic({
    apiKey: 'unused',
    maxRetries: 0,
    fetch: () =>
      Promise.resolve(new Response(new Uint8Array(stream), { headers: { 'content-type': 'text/event-stream' } })),
  });
  return client.messages
    .stream({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'unused' }] })
    .finalMessage();
}
