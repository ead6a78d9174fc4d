import type OpenAI from 'openai';
import { toFile } from 'openai';
import { of, refusedByProvider, stream, type SdkCall } from './sdk-call.ts';

const wav = (): Promise<File> => toFile(Buffer.alloc(4000, 1), 'a.wav', { type: 'audio/wav' });

export const completions: readonly SdkCall[] = [
  of('whole, of two prompts', ({ openai }, model) =>
    openai.completions.create({ model, prompt: ['hello', 'there'], max_tokens: 20 }),
  ),
  of('streamed', ({ openai }, model) => openai.completions.create({ model, prompt: 'hello', stream })),
  of('streamed with usage', ({ openai }, model) =>
    openai.completions.create({ model, prompt: 'hello', stream, stream_options: { include_usage: true } }),
  ),
  of(refusedByProvider, ({ openai }, model) => openai.completions.create({ model, prompt: '[[fault:422]]' })),
];

export const embeddings: readonly SdkCall[] = [
  of('of two texts', ({ openai }, model) => openai.embeddings.create({ model, input: ['hello', 'there'] })),
  of('as numbers, short', ({ openai }, model) =>
    openai.embeddings.create({ model, input: 'hello', encoding_format: 'float', dimensions: 8 }),
  ),
  of('in base64', ({ openai }, model) =>
    openai.embeddings.create({ model, input: 'hello', encoding_format: 'base64', dimensions: 8 }),
  ),
  of(refusedByProvider, ({ openai }, model) => openai.embeddings.create({ model, input: '[[fault:400]]' })),
];

export const images: readonly SdkCall[] = [
  of('whole', ({ openai }, model) => openai.images.generate({ model, prompt: 'a cat', n: 2, quality: 'low' })),
  of('streamed', ({ openai }, model) => openai.images.generate({ model, prompt: 'a cat', stream, partial_images: 2 })),
  of(refusedByProvider, ({ openai }, model) => openai.images.generate({ model, prompt: '[[fault:400]]' })),
];

export const speech: readonly SdkCall[] = [
  of('as audio', async ({ openai }, model) => {
    const answer = await openai.audio.speech.create({ model, voice: 'alloy', input: 'hello', response_format: 'wav' });
    const audio = Buffer.from(await answer.arrayBuffer()).toString('base64');
    return { audio, type: answer.headers.get('content-type') };
  }),
  of('as events', async ({ openai }, model) =>
    (await openai.audio.speech.create({ model, voice: 'alloy', input: 'hello', stream_format: 'sse' })).text(),
  ),
  of(refusedByProvider, ({ openai }, model) =>
    openai.audio.speech.create({ model, voice: 'alloy', input: '[[fault:400]]' }),
  ),
];

export const transcriptions: readonly SdkCall[] = [
  of('as JSON', async ({ openai }, model) =>
    openai.audio.transcriptions.create({ model, file: await wav(), prompt: '[[say:hi]]' }),
  ),
  of('as text', async ({ openai }, model) =>
    openai.audio.transcriptions.create({ model, file: await wav(), response_format: 'text' }),
  ),
  of('streamed', async ({ openai }, model) =>
    openai.audio.transcriptions.create({ model, file: await wav(), prompt: '[[words:9]]', stream }),
  ),
  of(refusedByProvider, async ({ openai }, model) =>
    openai.audio.transcriptions.create({ model, file: await wav(), prompt: '[[fault:400]]' }),
  ),
];

/** The SDK's own method is about to end, so this is its way to any path. */
async function translate(openai: OpenAI, fields: Readonly<Record<string, string>>): Promise<unknown> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  body.set('file', await wav());
  return openai.post('/audio/translations', { body });
}

export const translations: readonly SdkCall[] = [
  of('as JSON', ({ openai }, model) => translate(openai, { model })),
  of('as subtitles', ({ openai }, model) => translate(openai, { model, response_format: 'srt' })),
];

export const moderations: readonly SdkCall[] = [
  of('of two texts', ({ openai }, model) => openai.moderations.create({ model, input: ['violence', 'peace'] })),
  of(refusedByProvider, ({ openai }, model) => openai.moderations.create({ model, input: '[[fault:400]]' })),
];

/** No official SDK has it: the client's own way to any path. */
export const rerank: readonly SdkCall[] = [
  of('whole', ({ openai }, model) =>
    openai.post('/rerank', { body: { model, query: 'toll gate', documents: ['a toll gate', 'a cat'], top_n: 1 } }),
  ),
  of(refusedByProvider, ({ openai }, model) =>
    openai.post('/rerank', { body: { model, query: '[[fault:400]]', documents: ['a cat'] } }),
  ),
];
