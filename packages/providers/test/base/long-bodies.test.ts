import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { LongBytes, systemClock, type Attempt, type ProviderRequest } from '@tollgate/core';
import type { WireRequest } from '../../src/base/adapter.ts';
import { createProvider } from '../../src/base/create-provider.ts';
import { openaiCompatibleAdapter } from '../../src/openai-compatible/adapter.ts';
import { wholeAnswer } from '../support/chat-answers.ts';
import { providerRequest, type RequestOptions } from '../support/provider-request.ts';
import { RecordedAnswer } from '../support/record-answer.ts';
import { provide, readBody, serveHttp, serveRaw } from '../support/serve.ts';

/** As the gateway makes it of a long body, which the caller of this function knows. */
function longRequest(
  bytes: number,
  options: Omit<RequestOptions, 'body'> = {},
): { readonly request: ProviderRequest; readonly body: LongBytes; readonly text: string } {
  const text = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'word '.repeat(bytes / 5) }] });
  const request = providerRequest({ ...options, body: text });
  const body = new LongBytes(request.call.body.raw);
  return { request: { ...request, call: { ...request.call, longBody: body } }, body, text };
}

/** More than the kernel takes for a reader that does not read. */
const endless = 24 * 1024 * 1024;

test('a long body arrives as it is, and its bytes are given back when the call no longer needs them', async (context) => {
  const arrived = Promise.withResolvers<{ readonly text: string; readonly length: string | undefined }>();
  const origin = await serveHttp(context, (request, response) => {
    void readBody(request).then((text) => {
      arrived.resolve({ text, length: request.headers['content-length'] });
      response.writeHead(200, { 'content-type': 'application/json' }).end(wholeAnswer);
    });
  });
  const { request, body, text } = longRequest(300_000);
  const answer = new RecordedAnswer();
  provide(context, origin).send(request, answer);
  await answer.over();
  assert.equal(answer.error, undefined);
  assert.deepEqual(await arrived.promise, { text, length: String(text.length) });
  assert.equal(body.bytes.length, text.length, 'another attempt may need them');
  body.release();
  assert.equal(body.bytes.length, 0);
});

test('a long body can be sent again, whole', async (context) => {
  const arrived: string[] = [];
  const origin = await serveHttp(context, (request, response) => {
    void readBody(request).then((text) => {
      arrived.push(text);
      response.writeHead(503, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const provider = provide(context, origin);
  for (const options of [{}, { providerModel: 'other' }]) {
    const { request, text } = longRequest(300_000, options);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const answer = new RecordedAnswer();
      provider.send(request, answer);
      await answer.over();
    }
    const sent = text.replace('"m"', JSON.stringify(options.providerModel ?? 'm'));
    assert.deepEqual(arrived.splice(0), [sent, sent]);
  }
});

test('bytes that a slow reader has not taken stay until it has, whatever the call needs', async (context) => {
  const incoming = Promise.withResolvers<IncomingMessage>();
  const origin = await serveHttp(context, (request, response) => {
    incoming.resolve(request);
    request.once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(wholeAnswer));
  });
  const { request, body, text } = longRequest(endless);
  const answer = new RecordedAnswer();
  const attempt: Attempt = provide(context, origin).send(request, answer);
  const reader = await incoming.promise;
  assert.equal(attempt.progress.requestSent, true, 'a provider may charge for what it has of it');
  body.release();
  assert.equal(body.bytes.length, text.length);
  assert.equal(await readBody(reader), text);
  await answer.over();
  assert.equal(answer.error, undefined);
  assert.equal(body.bytes.length, 0);
});

test('bytes under way are given back once their connection has ended', async (context) => {
  const accepted = Promise.withResolvers<Socket>();
  const origin = await serveRaw(context, (socket) => socket.once('readable', () => accepted.resolve(socket)));
  const { request, body, text } = longRequest(endless);
  const answer = new RecordedAnswer();
  const attempt = provide(context, origin).send(request, answer);
  const socket = await accepted.promise;
  attempt.abort();
  body.release();
  assert.equal(body.bytes.length, text.length);
  socket.resume();
  await once(socket, 'close');
  await answer.over();
  assert.equal(answer.error?.billing, 'possible');
  assert.equal(body.bytes.length, 0);
});

test('an answer before the body was read is an answer, and the rest of the body is let go of', async (context) => {
  const refusal = JSON.stringify({ error: { message: 'too long', type: 'invalid_request_error' } });
  const head = `HTTP/1.1 413 Payload Too Large\r\ncontent-type: application/json\r\ncontent-length: ${refusal.length}`;
  const accepted = Promise.withResolvers<Socket>();
  const origin = await serveRaw(context, (socket) => {
    socket.once('readable', () => {
      socket.write(`${head}\r\n\r\n${refusal}`);
      accepted.resolve(socket);
    });
  });
  const { request, body, text } = longRequest(endless);
  const answer = new RecordedAnswer();
  provide(context, origin).send(request, answer);
  await answer.over();
  assert.equal(answer.error?.httpStatus, 413);
  body.release();
  const socket = await accepted.promise;
  socket.resume();
  await once(socket, 'close');
  assert.ok(socket.bytesRead < text.length, 'nobody needs the rest');
  assert.equal(body.bytes.length, 0);
});

test('bytes that were made for one request are given back once they were written', async (context) => {
  const origin = await serveHttp(context, (request, response) => {
    void readBody(request).then(() => response.writeHead(200, { 'content-type': 'application/json' }).end(wholeAnswer));
  });
  const made: WireRequest[] = [];
  const buildRequest = (request: ProviderRequest): WireRequest => {
    const wire = openaiCompatibleAdapter.buildRequest(request);
    made.push(wire);
    return wire;
  };
  const provider = createProvider({
    name: 'p',
    baseUrl: `${origin}/v1`,
    kind: { openai_chat: { ...openaiCompatibleAdapter, buildRequest } },
    clock: systemClock,
  });
  context.after(() => provider.close());
  const { request, body, text } = longRequest(300_000, { providerModel: 'other' });
  const answer = new RecordedAnswer();
  provider.send(request, answer);
  assert.ok(Number(made[0]?.body.length) > text.length);
  await answer.over();
  assert.equal(answer.error, undefined);
  assert.equal(made[0]?.body.length, 0);
  assert.equal(body.bytes.length, text.length);
});
