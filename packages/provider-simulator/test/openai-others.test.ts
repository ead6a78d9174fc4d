import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { testRefusalsAt } from './refusal-cases.ts';
import { at, send, sendTo, startFor } from './simulated-call.ts';

async function connect(t: TestContext) {
  const simulator = await startFor(t);
  const openai = new OpenAI({ baseURL: simulator.baseUrls.openai, apiKey: 'sk-test', maxRetries: 0 });
  /** What the ledger says once the call has ended. */
  const entry = async () => {
    await simulator.waitForCalls(1);
    const [first] = simulator.ledger();
    assert.ok(first !== undefined);
    return first;
  };
  return { simulator, openai, entry };
}

/** Two seconds of silence, 8,000 bytes each. */
function twoSeconds(): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(8000, 28);
  return Buffer.concat([header, Buffer.alloc(16_000)]);
}

const collect = async <T>(stream: AsyncIterable<T>): Promise<readonly T[]> => {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
};

describe('the openai package against the other endpoints of the simulated OpenAI', () => {
  test('embeddings are the same as floats and packed, and billed by tokens', async (t) => {
    const { openai, entry } = await connect(t);
    const request = { model: 'text-embedding-3-small', input: ['good day', 'good night'], dimensions: 64 };
    const packed = await openai.embeddings.create(request);
    const floats = await openai.embeddings.create({ ...request, encoding_format: 'float' });
    assert.equal(packed.data.length, 2);
    assert.equal(packed.data[0]?.embedding.length, 64);
    assert.deepEqual(packed.data, floats.data);
    assert.equal(packed.usage.prompt_tokens, 5);
    const { endpoint, usage, costNanoUsd } = await entry();
    assert.deepEqual([endpoint, usage.inputUncached, costNanoUsd], ['embeddings', 5, 100n]);
  });

  test('legacy completions answer each prompt, whole and streamed', async (t) => {
    const { openai, entry } = await connect(t);
    const request = { model: 'gpt-3.5-turbo-instruct', prompt: ['good', 'day'], max_tokens: 100 };
    const whole = await openai.completions.create(request);
    assert.deepEqual(
      whole.choices.map(({ text }) => text),
      ['You said: good\nday', '(2) You said: good\nday'],
    );
    const include = { stream: true, stream_options: { include_usage: true } } as const;
    const events = await collect(await openai.completions.create({ ...request, ...include }));
    const text = events.flatMap(({ choices }) => choices.filter(({ index }) => index === 1).map((one) => one.text));
    assert.equal(text.join(''), '(2) You said: good\nday');
    assert.deepEqual(events.at(-1)?.usage, whole.usage);
    assert.equal((await entry()).usage.output, whole.usage?.completion_tokens);
  });

  test('a moderation flags what a text names, and is free', async (t) => {
    const { openai, entry } = await connect(t);
    const { results } = await openai.moderations.create({ input: ['good day', 'Violence!'] });
    assert.deepEqual(
      results.map(({ flagged, categories }) => [flagged, categories.violence]),
      [
        [false, false],
        [true, true],
      ],
    );
    assert.equal((await entry()).costNanoUsd, 0n);
  });

  test('a GPT image is in base64 and billed by tokens, streamed or not', async (t) => {
    const { openai, entry } = await connect(t);
    const request = { model: 'gpt-image-1', prompt: 'a gate', quality: 'low', n: 2 } as const;
    const { data, usage } = await openai.images.generate(request);
    assert.equal(data?.length, 2);
    assert.ok(data[0]?.b64_json !== undefined);
    assert.equal(usage?.output_tokens, 544);
    const { usage: billed, costNanoUsd } = await entry();
    assert.deepEqual([billed.images, billed.output, costNanoUsd], [2, 544, 2n * 5000n + 544n * 40_000n]);
    const events = await collect(await openai.images.generate({ ...request, n: 1, stream: true, partial_images: 1 }));
    assert.deepEqual(
      events.map(({ type }) => type),
      ['image_generation.partial_image', 'image_generation.completed'],
    );
  });

  test('an older image is an address and billed by the image', async (t) => {
    const { openai, entry } = await connect(t);
    const { data } = await openai.images.generate({ model: 'dall-e-3', prompt: 'a gate' });
    assert.match(data?.[0]?.url ?? '', /^https:/);
    const { usage, costNanoUsd } = await entry();
    assert.deepEqual([usage.images, costNanoUsd], [1, 40_000_000n]);
  });

  test('speech is sound, billed by characters or by tokens', async (t) => {
    const { openai, simulator } = await connect(t);
    const request = { voice: 'alloy', input: 'good day' };
    const sound = await openai.audio.speech.create({ ...request, model: 'tts-1' });
    assert.equal(sound.headers.get('content-type'), 'audio/mpeg');
    assert.equal((await sound.arrayBuffer()).byteLength, 2000);
    const streamed = await sendTo(simulator, '/openai/v1/audio/speech', {
      ...request,
      model: 'gpt-4o-mini-tts',
      stream_format: 'sse',
    });
    assert.match(streamed.body, /"type":"speech.audio.done","usage":{"input_tokens":2,"output_tokens":20/);
    await simulator.waitForCalls(2);
    assert.deepEqual(
      simulator.ledger().map(({ units, usage, costNanoUsd }) => [units.characters, usage.outputAudio, costNanoUsd]),
      [
        [8, 0, 120_000n],
        [0, 20, 241_200n],
      ],
    );
  });

  test('a recording is transcribed in each format, billed by seconds with Whisper', async (t) => {
    const { openai, entry } = await connect(t);
    const file = await toFile(twoSeconds(), 'said.wav');
    const request = { model: 'whisper-1', file, prompt: '[[say:good day]]' };
    const json = await openai.audio.transcriptions.create(request);
    assert.deepEqual(json, { text: 'good day', usage: { type: 'duration', seconds: 2 } });
    assert.equal(
      (await openai.audio.transcriptions.create({ ...request, response_format: 'text' })).trim(),
      'good day',
    );
    const subtitles = await openai.audio.transcriptions.create({ ...request, response_format: 'srt' });
    assert.match(subtitles, /00:00:00,000 --> 00:00:02,000\ngood day/);
    const verbose = await openai.audio.transcriptions.create({
      ...request,
      response_format: 'verbose_json',
      timestamp_granularities: ['word', 'segment'],
    });
    assert.equal(verbose.duration, 2);
    assert.deepEqual(verbose.words?.[1], { word: 'day', start: 1, end: 2 });
    const { units, costNanoUsd } = await entry();
    assert.deepEqual([units.audioSeconds, costNanoUsd], [2, 200_000n]);
  });

  test('a recording is translated', async (t) => {
    const { simulator } = await connect(t);
    const form = new FormData();
    form.set('model', 'whisper-1');
    form.set('file', new File([new Uint8Array(twoSeconds())], 'said.wav'));
    const uploaded = new Response(form);
    const received = await send(simulator, {
      path: '/openai/v1/audio/translations',
      headers: { 'content-type': uploaded.headers.get('content-type') ?? '' },
      body: Buffer.from(await uploaded.arrayBuffer()),
    });
    assert.equal(at(received.body, 'text'), 'You sent 2.0 seconds of audio.');
  });

  test('a newer model transcribes as a stream and is billed by tokens', async (t) => {
    const { openai, entry } = await connect(t);
    const file = await toFile(twoSeconds(), 'said.wav');
    const request = { model: 'gpt-4o-transcribe', file, stream: true, prompt: '[[say:good day]]' } as const;
    const events = await collect(await openai.audio.transcriptions.create(request));
    const last = events.at(-1);
    assert.ok(last?.type === 'transcript.text.done');
    assert.equal(last.text, 'good day');
    assert.deepEqual(last.usage?.input_token_details, { text_tokens: 4, audio_tokens: 20 });
    const { usage } = await entry();
    assert.deepEqual([usage.inputAudio, usage.output], [20, 2]);
  });

  test('a form that is none is refused', async (t) => {
    const { simulator } = await connect(t);
    const received = await send(simulator, { path: '/openai/v1/audio/transcriptions', body: '{"model":"whisper-1"}' });
    assert.equal(received.status, 400);
    assert.match(received.body, /multipart form/);
  });
});

describe('reranking', () => {
  const request = { query: 'toll road', documents: ['a river', 'a toll road', 'a road'], top_n: 2 };

  test('OpenRouter bills searches, with the cost in the usage', async (t) => {
    const { simulator, entry } = await connect(t);
    const body = { ...request, model: 'cohere/rerank-v3.5' };
    const received = await sendTo(simulator, '/openrouter/api/v1/rerank', body);
    assert.deepEqual(at(received.body, 'results'), [
      { document: { text: 'a toll road' }, index: 1, relevance_score: 1 },
      { document: { text: 'a road' }, index: 2, relevance_score: 0.5 },
    ]);
    assert.equal(at(received.body, 'usage', 'cost'), 0.002);
    const { units, costNanoUsd } = await entry();
    assert.deepEqual([units.searches, costNanoUsd], [1, 2_000_000n]);
  });

  test('a local server counts tokens and leaves documents out', async (t) => {
    const { simulator } = await connect(t);
    const received = await sendTo(simulator, '/compatible/v1/rerank', { ...request, model: 'bge' });
    assert.deepEqual(at(received.body, 'results', 0), { index: 1, relevance_score: 1 });
    assert.equal(at(received.body, 'usage', 'total_tokens'), 10);
  });
});

describe('what these endpoints refuse', () => {
  testRefusalsAt('/openai/v1/embeddings', {
    right: { model: 'text-embedding-3-small', input: 'hello' },
    cases: [
      { what: 'an unknown model', members: { model: 'no-such' }, status: 404, says: /does not exist/ },
      { what: 'an empty text', members: { input: '' }, says: /'\$\.input' is invalid/ },
      { what: 'too many texts', members: { input: Array.from({ length: 2049 }, () => 'x') }, says: /array too long/ },
      { what: 'a text too long', members: { input: 'x'.repeat(40_000) }, says: /maximum context length is 8192/ },
      { what: 'too many dimensions', members: { dimensions: 5000 }, says: /'dimensions' = 5000/ },
    ],
  });
  testRefusalsAt('/openai/v1/completions', {
    right: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello' },
    cases: [
      { what: 'a chat model', members: { model: 'gpt-4o' }, status: 404, says: /This is a chat model/ },
      { what: 'no prompt', members: { prompt: undefined }, says: /'prompt'/ },
    ],
  });
  testRefusalsAt('/openai/v1/images/generations', {
    right: { model: 'gpt-image-1', prompt: 'a gate' },
    cases: [
      { what: 'an address', members: { response_format: 'url' }, says: /'response_format'/ },
      { what: 'an unknown quality', members: { quality: 'hd' }, says: /Invalid value: "hd"/ },
      { what: 'eleven images', members: { n: 11 }, says: /Invalid 'n'/ },
      { what: 'two of the older images', members: { model: 'dall-e-3', n: 2 }, says: /Invalid 'n'/ },
    ],
  });
  testRefusalsAt('/openai/v1/audio/speech', {
    right: { model: 'tts-1', input: 'hello', voice: 'alloy' },
    cases: [
      { what: 'no voice', members: { voice: undefined }, says: /'voice'/ },
      { what: 'a text too long', members: { input: 'x'.repeat(4097) }, says: /string too long/ },
      { what: 'events of an older model', members: { stream_format: 'sse' }, says: /'sse' is not supported/ },
    ],
  });
  testRefusalsAt('/openrouter/api/v1/embeddings', {
    right: { model: 'openai/text-embedding-3-small', input: 'hello' },
    cases: [{ what: 'an unknown model', members: { model: 'no-such/model' }, says: /does not exist/ }],
  });

  test('recordings that are too short, too strange or in a format of others are refused', async (t) => {
    const { openai } = await connect(t);
    const create = async (members: { name?: string; bytes?: Buffer; response_format?: 'srt'; model?: string }) =>
      openai.audio.transcriptions.create({
        model: members.model ?? 'whisper-1',
        file: await toFile(members.bytes ?? twoSeconds(), members.name ?? 'said.wav'),
        ...(members.response_format === undefined ? {} : { response_format: members.response_format }),
      });
    await assert.rejects(create({ bytes: Buffer.alloc(100) }), /too short/);
    await assert.rejects(create({ name: 'said.txt' }), /Unrecognized file format/);
    await assert.rejects(create({ model: 'gpt-4o-transcribe', response_format: 'srt' }), /not compatible with model/);
    await assert.rejects(create({ bytes: Buffer.alloc(26_214_401) }), /Maximum content size/);
  });
});
