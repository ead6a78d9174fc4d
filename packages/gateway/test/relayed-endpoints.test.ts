import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import OpenAI, { toFile } from 'openai';
import { nanoFromUsd } from '@tollgate/core';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let gateway: TestGateway;
let client: OpenAI;
const asked: Asked[] = [];

const json = (value: object) => (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

const events =
  (...all: readonly (object | string)[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(all.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''));
  };

const embedding = { object: 'embedding', index: 0, embedding: [0.5] };

/** What the provider answers, by path; a test may put another answer in its place. */
const usualAnswers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/v1/embeddings': json({
    object: 'list',
    data: [embedding],
    model: 'e',
    usage: { prompt_tokens: 7, total_tokens: 7 },
  }),
  '/v1/completions': json({
    object: 'text_completion',
    choices: [{ text: 'four', index: 0, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  }),
  '/v1/moderations': json({ id: 'modr-1', model: 'omni', results: [{ flagged: false }] }),
  '/v1/images/generations': json({
    created: 1,
    data: [{ b64_json: 'aGk=' }],
    usage: { input_tokens: 10, output_tokens: 1000, total_tokens: 1010 },
  }),
  '/v1/audio/speech': (response) => response.writeHead(200, { 'content-type': 'audio/mpeg' }).end('sound'),
  '/v1/audio/transcriptions': json({ text: 'hello', usage: { type: 'duration', seconds: 61 } }),
  '/v1/audio/translations': (response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('hello'),
  '/v1/rerank': json({ results: [{ index: 0, relevance_score: 0.9 }], meta: { billed_units: { search_units: 2 } } }),
};
let answers = { ...usualAnswers };

before(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString('latin1') });
      const answer = answers[path];
      if (answer === undefined) response.writeHead(404).end('{}');
      else answer(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const model = (name: string): string => `  ${name}: { targets: [ { provider: local, model: "own/${name}" } ] }`;
  gateway = await startTestGateway({
    config: simulatorConfig(url, {
      providers: `
  local: { type: openai-compatible, base_url: "${url}/v1", api_key: sk-local }
  anthropic: { type: anthropic, base_url: "${url}", api_key: sk-ant }`,
      models: `\n${['embed', 'complete', 'moderate', 'draw', 'speak', 'hear', 'rank'].map(model).join('\n')}
  claude: { targets: [ { provider: anthropic, model: claude-sonnet-4-5 } ] }`,
      tiers: `
  pro: { requests_per_minute: 1000, tokens_per_minute: 100000, concurrency: 100, models: ["*"] }`,
      pricing: `
  local:
    own/embed: { input: 1, output: 0, max_output: 0 }
    own/complete: { input: 1, output: 2, max_output: 4096 }
    own/moderate: { input: 0, output: 0, max_output: 0 }
    own/draw: { input: 5, output: 40, max_output: 6550 }
    own/speak: { input: 0, output: 0, max_output: 0, unit: 15 }
    own/hear: { input: 0, output: 0, max_output: 0, unit: 100 }
    own/rank: { input: 0, output: 0, max_output: 0, unit: 2000 }`,
    }),
  });
  client = clientWith(gateway.key);
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await gateway.stop();
});

beforeEach(() => {
  asked.length = 0;
  answers = { ...usualAnswers };
});

const clientWith = (apiKey: string): OpenAI => new OpenAI({ apiKey, baseURL: `${gateway.url}/v1`, maxRetries: 0 });

/** What the request's log line says of usage and cost. */
async function chargeOf(response: Response): Promise<Record<string, unknown>> {
  const { endpoint, outcome, input_tokens, output_tokens, cost_usd, cost_source } = await gateway.requestLine(response);
  return { endpoint, outcome, input_tokens, output_tokens, cost_usd, cost_source };
}

describe('an endpoint that is relayed', () => {
  it('embeds: bytes pass but for the model, and input tokens are charged', async () => {
    const { data, response } = await client.embeddings.create({ model: 'embed', input: 'hi' }).withResponse();
    assert.deepEqual(data.data[0]?.embedding, [0.5]);
    assert.equal(response.headers.get('x-tollgate-target'), 'local/own/embed');
    assert.deepEqual(await chargeOf(response), {
      endpoint: 'embeddings',
      outcome: 'completed',
      input_tokens: 7,
      output_tokens: 0,
      cost_usd: '0.000007',
      cost_source: 'computed',
    });
    assert.match(asked[0]?.body ?? '', /"model":"own\/embed"/);
    assert.equal(asked[0]?.headers.authorization, 'Bearer sk-local');
  });

  it('completes text, whole and streamed, with the usage that was not asked for kept from the caller', async () => {
    const { data, response } = await client.completions.create({ model: 'complete', prompt: '2+2=' }).withResponse();
    assert.equal(data.choices[0]?.text, 'four');
    assert.equal((await chargeOf(response))['cost_usd'], '0.000007');
    answers['/v1/completions'] = events(
      { object: 'text_completion', choices: [{ text: 'fo', index: 0, finish_reason: null }] },
      { object: 'text_completion', choices: [{ text: 'ur', index: 0, finish_reason: 'stop' }] },
      { object: 'text_completion', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
      '[DONE]',
    );
    const streamed = await client.completions
      .create({ model: 'complete', prompt: '2+2=', stream: true })
      .withResponse();
    const chunks = await Array.fromAsync(streamed.data);
    assert.equal(chunks.map(({ choices }) => choices[0]?.text).join(''), 'four');
    assert.equal((await chargeOf(streamed.response))['cost_usd'], '0.000007');
    assert.match(asked[1]?.body ?? '', /"include_usage":true/);
  });

  it('moderates free of charge', async () => {
    const { data, response } = await client.moderations.create({ model: 'moderate', input: 'hi' }).withResponse();
    assert.equal(data.results[0]?.flagged, false);
    assert.deepEqual(
      [(await chargeOf(response))['cost_usd'], (await chargeOf(response))['cost_source']],
      ['0', 'computed'],
    );
  });

  it('draws, and charges the tokens of the image', async () => {
    const { data, response } = await client.images.generate({ model: 'draw', prompt: 'a cat' }).withResponse();
    assert.equal(data.data?.[0]?.b64_json, 'aGk=');
    assert.equal((await chargeOf(response))['cost_usd'], '0.04005');
  });

  it('speaks: audio passes as it comes, and characters are charged', async () => {
    const response = await client.audio.speech.create({ model: 'speak', voice: 'alloy', input: 'twelve chars' });
    assert.equal(await response.text(), 'sound');
    assert.equal(response.headers.get('content-type'), 'audio/mpeg');
    assert.deepEqual(await chargeOf(response), {
      endpoint: 'audio_speech',
      outcome: 'completed',
      input_tokens: 0,
      output_tokens: 0,
      cost_usd: '0.00018',
      cost_source: 'computed',
    });
  });

  it('hears: the form passes but for the model, and seconds are charged', async () => {
    const file = await toFile(Buffer.from('RIFF\0\0model'), 'a.wav');
    const { data, response } = await client.audio.transcriptions.create({ model: 'hear', file }).withResponse();
    assert.equal(data.text, 'hello');
    assert.equal((await chargeOf(response))['cost_usd'], '0.0061');
    const [call] = asked;
    assert.match(call?.headers['content-type'] ?? '', /^multipart\/form-data; boundary=/);
    assert.match(call?.body ?? '', /name="model"\r\n\r\nown\/hear\r\n/);
    assert.match(call?.body ?? '', /RIFF\0\0model\r\n/);
  });

  it('hears as text, where the seconds are estimated from the bytes', async () => {
    const form = new FormData();
    form.set('model', 'hear');
    form.set('response_format', 'text');
    form.set('file', new Blob([Buffer.alloc(48_000)]), 'a.wav');
    const response = await fetch(`${gateway.url}/v1/audio/translations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: form,
    });
    assert.equal(await response.text(), 'hello');
    const { cost_usd, cost_source } = await chargeOf(response);
    assert.deepEqual([cost_usd, cost_source], ['0.0003', 'estimated']);
  });

  it('ranks, and charges searches', async () => {
    const response = await fetch(`${gateway.url}/v1/rerank`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'rank', query: 'q', documents: ['a', 'b'] }),
    });
    assert.equal(response.status, 200);
    await response.json();
    assert.equal((await chargeOf(response))['cost_usd'], '0.004');
  });
});

describe('limits and budgets of what is relayed', () => {
  it('refuse with a hard budget what may cost more, and what has no bound', async () => {
    const capNanoUsd = nanoFromUsd('0.0001') ?? 0n;
    const { key } = await gateway.createKey({ budgets: [{ capNanoUsd, per: 'day', hard: true }] });
    const poor = clientWith(key);
    const codeOf = async (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => 'answered',
        (error: unknown) => (error instanceof OpenAI.APIError ? error.code : error),
      );
    const file = await toFile(Buffer.alloc(10), 'a.wav');
    assert.equal(await codeOf(poor.images.generate({ model: 'draw', prompt: 'x' })), 'request_exceeds_limit');
    assert.equal(
      await codeOf(poor.audio.speech.create({ model: 'speak', voice: 'a', input: 'x'.repeat(7) })),
      'request_exceeds_limit',
    );
    assert.equal(await codeOf(poor.audio.transcriptions.create({ model: 'hear', file })), 'cost_unbounded');
    assert.deepEqual(asked, []);
  });

  it('count an upload by what it says, not by its bytes', async () => {
    const file = await toFile(Buffer.alloc(2_000_000), 'a.wav');
    assert.equal((await client.audio.transcriptions.create({ model: 'hear', file })).text, 'hello');
  });
});

describe('an endpoint', () => {
  it('that no provider of the model serves is refused before anything is asked', async () => {
    await assert.rejects(client.embeddings.create({ model: 'claude', input: 'hi' }), {
      status: 400,
      code: 'endpoint_not_served',
    });
    assert.deepEqual(asked, []);
  });

  it('takes the content type that it is for, and no other', async () => {
    const post = (path: string, type: string) =>
      fetch(`${gateway.url}${path}`, {
        method: 'POST',
        headers: { 'x-api-key': gateway.key, 'content-type': type },
        body: '{}',
      });
    assert.equal((await post('/v1/audio/transcriptions', 'application/json')).status, 415);
    assert.equal((await post('/v1/embeddings', 'multipart/form-data; boundary=b')).status, 415);
    assert.equal((await post('/v1/audio/transcriptions', 'multipart/form-data; boundary=b')).status, 400);
  });
});
