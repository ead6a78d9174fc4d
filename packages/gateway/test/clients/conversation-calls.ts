import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { of, refusedByProvider, stream, type SdkCall } from './sdk-call.ts';

const said = (content: string): { role: 'user'; content: string }[] => [{ role: 'user', content }];
const schema = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] };
const chatTools: OpenAI.ChatCompletionTool[] = [
  { type: 'function', function: { name: 'get_weather', parameters: schema } },
];
const tools: Anthropic.Tool[] = [{ name: 'get_weather', input_schema: schema }];

export const chat: readonly SdkCall[] = [
  of('whole', ({ openai }, model) => openai.chat.completions.create({ model, messages: said('hello') })),
  of('streamed', ({ openai }, model) => openai.chat.completions.create({ model, messages: said('hello'), stream })),
  of('gathered from its stream by the SDK', async ({ openai }, model) =>
    openai.chat.completions
      .stream({
        model,
        messages: said('[[tool:get_weather]]'),
        tools: chatTools,
        stream_options: { include_usage: true },
      })
      .finalChatCompletion(),
  ),
  of(refusedByProvider, ({ openai }, model) =>
    openai.chat.completions.create({ model, messages: said('[[fault:400]]') }),
  ),
];

export const responses: readonly SdkCall[] = [
  of('whole', ({ openai }, model) => openai.responses.create({ model, input: 'hello' })),
  of('streamed', ({ openai }, model) => openai.responses.create({ model, input: 'hello', stream })),
  of('gathered from its stream by the SDK', async ({ openai }, model) =>
    openai.responses.stream({ model, input: 'hello' }).finalResponse(),
  ),
  of('with a cache key', ({ openai }, model) =>
    openai.responses.create({ model, input: 'hello', prompt_cache_key: 'k' }),
  ),
  of(refusedByProvider, ({ openai }, model) => openai.responses.create({ model, input: '[[fault:400]]' })),
];

/** One after the other, about a response that was made for it. */
export const storedResponses: readonly SdkCall[] = [
  of('gone on from, read, cancelled, deleted, and gone', async ({ openai }, model) => {
    const first = await openai.responses.create({ model, input: 'hello' });
    const second = await openai.responses.create({ model, input: 'and on', previous_response_id: first.id });
    const { id } = second;
    const read = await openai.responses.retrieve(id);
    const { data } = await openai.responses.inputItems.list(id, { order: 'asc' });
    const cancelled = await openai.responses.cancel(id).catch(({ status }: { status: unknown }) => status);
    await openai.responses.delete(id);
    const gone = await openai.responses.retrieve(id).catch(({ status }: { status: unknown }) => status);
    const follows = second.previous_response_id === first.id;
    return { follows, isSame: read.output_text === second.output_text, read, data, cancelled, gone };
  }),
];

export const messages: readonly SdkCall[] = [
  of('whole', ({ anthropic }, model) => anthropic.messages.create({ model, max_tokens: 300, messages: said('hello') })),
  of('streamed', ({ anthropic }, model) =>
    anthropic.messages.create({ model, max_tokens: 300, messages: said('hello'), stream }),
  ),
  of('by the SDK’s beta client', ({ anthropic }, model) =>
    anthropic.beta.messages.create({ model, max_tokens: 300, tools, messages: said('[[tool:get_weather]]') }),
  ),
  of(refusedByProvider, ({ anthropic }, model) =>
    anthropic.messages.create({ model, max_tokens: 300, messages: said('[[fault:400]]') }),
  ),
];

export const countTokens: readonly SdkCall[] = [
  of('of a conversation with tools', ({ anthropic }, model) =>
    anthropic.messages.countTokens({ model, system: 'be brief', tools, messages: said('hello') }),
  ),
  of('by the SDK’s beta client', ({ anthropic }, model) =>
    anthropic.beta.messages.countTokens({ model, messages: said('hello') }),
  ),
  of(refusedByProvider, ({ anthropic }, model) =>
    anthropic.messages.countTokens({ model, messages: said('[[fault:400]]') }),
  ),
];

/** Calls at which the provider fails. */
export const failing = (fault: string): SdkCall =>
  of(`the provider's ${fault}`, ({ openai, anthropic, prefix }, model) =>
    model.slice(prefix.length).startsWith('claude')
      ? anthropic.messages.create({ model, max_tokens: 9, messages: said(`[[fault:${fault}]]`) })
      : openai.chat.completions.create({ model, messages: said(`[[fault:${fault}]]`) }),
  );
