import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AttemptError, JsonObject } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { done, finishChunk, textChunk, wholeAnswer, wholeStream } from '../support/chat-answers.ts';
import { providerRequest, streamingBody } from '../support/provider-request.ts';
import { RecordedAnswer } from '../support/record-answer.ts';
import { listen, provide, serveHttp, serveRaw, startStream, type ProviderOptions } from '../support/serve.ts';

const unstreamedBody = { model: 'm', messages: [] };

interface Sent extends ProviderOptions {
  readonly body?: JsonObject;
}

async function send(context: TestContext, origin: string, sent: Sent = {}): Promise<RecordedAnswer> {
  const answer = new RecordedAnswer();
  provide(context, origin, sent).send(providerRequest({ body: sent.body ?? streamingBody }), answer);
  return answer.over();
}

const verdict = (error: AttemptError | undefined): unknown =>
  error === undefined ? undefined : { code: error.code, next: error.next, billing: error.billing };

const unbilled = { billing: 'none' };
const billable = { billing: 'possible' };

/** Answers every request with these bytes, then ends or resets the connection. */
const answerRaw = (context: TestContext, bytes: string | Buffer, ending: 'end' | 'reset'): Promise<string> =>
  serveRaw(context, (socket) => {
    socket.once('data', () => {
      socket.write(bytes, () => (ending === 'end' ? socket.end() : socket.resetAndDestroy()));
    });
  });

const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const chunked = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

test('a refused connection may be retried and costs nothing', async (context) => {
  const server = createServer();
  const origin = await listen(context, server);
  server.close();
  await once(server, 'close');
  const { error, progress } = await send(context, origin);
  assert.deepEqual(verdict(error), { code: 'connect_failed', next: 'retry', ...unbilled });
  assert.equal(progress?.requestSent, false);
});

test('a server that speaks no TLS is a failed connection', async (context) => {
  const origin = await serveHttp(context, (_request, response) => response.end());
  const { error } = await send(context, origin.replace('http:', 'https:'));
  assert.deepEqual(verdict(error), { code: 'connect_failed', next: 'retry', ...unbilled });
});

test('a connection that is not made in time is given up', async (context) => {
  const clock = new ManualClock();
  const answer = new RecordedAnswer();
  // Accepts, and never answers the TLS handshake.
  const origin = (await serveRaw(context, (socket) => socket.resume())).replace('http:', 'https:');
  provide(context, origin, { clock }).send(providerRequest({ connectTimeoutMs: 2000 }), answer);
  clock.advance(1999);
  assert.equal(answer.endings, 0);
  clock.advance(1);
  await answer.over();
  assert.deepEqual(verdict(answer.error), { code: 'connect_timeout', next: 'retry', ...unbilled });
  assert.equal(clock.scheduledCount, 0);
});

test('the connect time-out ends with the connection, however slow the answer', async (context) => {
  const clock = new ManualClock();
  const arrived = Promise.withResolvers<Socket>();
  const origin = await serveRaw(context, (socket) => socket.once('data', () => arrived.resolve(socket)));
  const answer = new RecordedAnswer();
  provide(context, origin, { clock }).send(providerRequest({ body: streamingBody }), answer);
  const socket = await arrived.promise;
  assert.equal(clock.scheduledCount, 0);
  clock.advance(60_000);
  socket.end(streamHead + chunked(wholeStream) + chunked(''));
  await answer.over();
  assert.equal(answer.error, undefined);
});

test('a reset before the headers may be retried, but may have been billed', async (context) => {
  const { error, progress } = await send(context, await answerRaw(context, '', 'reset'));
  assert.deepEqual(verdict(error), { code: 'connection_reset', next: 'retry', ...billable });
  assert.equal(progress?.requestSent, true);
});

test('a reset between headers and content is a reset, not a cut', async (context) => {
  const comment = chunked(': OPENROUTER PROCESSING\n\n');
  const { error } = await send(context, await answerRaw(context, streamHead + comment, 'reset'));
  assert.deepEqual(verdict(error), { code: 'connection_reset', next: 'retry', ...billable });
});

test('a reset after content is a cut, which nothing may follow', async (context) => {
  const answer = await send(context, await answerRaw(context, streamHead + chunked(textChunk('one')), 'reset'));
  assert.deepEqual(verdict(answer.error), { code: 'cut', next: 'stop', ...billable });
  assert.equal(answer.text, textChunk('one'));
  assert.equal(answer.progress?.contentBytes, 3);
});

test('an event cut in its middle is not handed on', async (context) => {
  const sent = textChunk('one') + textChunk('two').slice(0, 30);
  const answer = await send(context, await answerRaw(context, streamHead + chunked(sent), 'reset'));
  assert.equal(answer.error?.code, 'cut');
  assert.equal(answer.text, textChunk('one'));
});

test('a clean end without [DONE] is a cut all the same', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    startStream(response).end(textChunk('one') + finishChunk('stop'));
  });
  const answer = await send(context, origin);
  assert.equal(answer.error?.code, 'cut');
  assert.equal(answer.progress?.finishReason, 'stop');
});

test('a reset after [DONE] takes nothing from the answer', async (context) => {
  const answer = await send(context, await answerRaw(context, streamHead + chunked(wholeStream), 'reset'));
  assert.equal(answer.error, undefined);
  assert.ok(answer.text.endsWith(done));
});

test('a whole answer that breaks off is a reset', async (context) => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n';
  const origin = await answerRaw(context, `${head}{"id":`, 'end');
  const answer = await send(context, origin, { body: unstreamedBody });
  assert.deepEqual(verdict(answer.error), { code: 'connection_reset', next: 'retry', ...billable });
  assert.equal(answer.text, '');
});

test('an error status counts, even when its body breaks off', async (context) => {
  const head = 'HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n';
  const { error } = await send(context, await answerRaw(context, `${head}{"er`, 'reset'));
  assert.deepEqual(verdict(error), { code: 'overloaded', next: 'retry', ...unbilled });
});

test('bytes that are no HTTP are a malformed answer', async (context) => {
  const { error } = await send(context, await answerRaw(context, 'SSH-2.0-OpenSSH_9.2\r\n', 'end'));
  assert.deepEqual(verdict(error), { code: 'malformed_answer', next: 'target', ...billable });
});

const wrongAnswers: readonly (readonly [string, Record<string, string>, string | Buffer, boolean])[] = [
  ['JSON that is none', { 'content-type': 'application/json' }, '{"id":', false],
  ['JSON without choices', { 'content-type': 'application/json' }, '{"id":1}', false],
  ['an empty body', { 'content-type': 'application/json' }, '', false],
  ['a page for an answer', { 'content-type': 'text/html; charset=utf-8' }, '<html>', false],
  ['a stream that was not asked for', { 'content-type': 'text/event-stream' }, wholeStream, false],
  ['a page for a stream', { 'content-type': 'text/html' }, '<html>', true],
  ['an event that is no JSON', { 'content-type': 'text/event-stream' }, 'data: {"id"\n\n', true],
  ['a compressed answer', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, gzipSync('{}'), false],
  ['a compressed stream', { 'content-type': 'text/event-stream', 'content-encoding': 'br' }, 'x', true],
];

for (const [name, headers, body, stream] of wrongAnswers) {
  test(`${name}: malformed, and another target may do`, async (context) => {
    const origin = await serveHttp(context, (_request, response) => {
      response.writeHead(200, headers).end(body);
    });
    const answer = await send(context, origin, { body: stream ? streamingBody : unstreamedBody });
    assert.deepEqual(verdict(answer.error), { code: 'malformed_answer', next: 'target', ...billable });
    assert.equal(answer.text, '');
  });
}

test('a whole answer to a request for a stream is refused, but what it used is known', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(wholeAnswer);
  });
  const { error, progress } = await send(context, origin);
  assert.deepEqual(verdict(error), { code: 'malformed_answer', next: 'target', ...billable });
  assert.equal(progress?.usage?.output, 3);
});

test('an error as JSON to a request for a stream is that error', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    const body = '{"error":{"code":429,"message":"slow down"}}';
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  const { error } = await send(context, origin);
  assert.deepEqual(verdict(error), { code: 'error_in_answer', next: 'retry', ...unbilled });
});

test('an answer larger than the bound is not read to its end', async (context) => {
  const closed = Promise.withResolvers<void>();
  const origin = await serveHttp(context, (request, response) => {
    request.socket.on('close', () => closed.resolve());
    response.writeHead(200, { 'content-type': 'application/json' }).write('x'.repeat(2000));
  });
  const { error } = await send(context, origin, { body: unstreamedBody, limits: { maxAnswerBytes: 1000 } });
  await closed.promise;
  assert.deepEqual(verdict(error), { code: 'answer_too_large', next: 'target', ...billable });
});

test('of an endless error body only the bound is read', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    response.writeHead(500, { 'content-type': 'application/json' }).write('x'.repeat(2000));
  });
  const { error } = await send(context, origin, { limits: { maxErrorBytes: 1000 } });
  assert.equal(error?.code, 'server_error');
});

test('headers without end are refused', async (context) => {
  const origin = await answerRaw(context, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(4000)}\r\n\r\n`, 'end');
  const { error } = await send(context, origin, { limits: { maxHeaderBytes: 1000 } });
  assert.equal(error?.code, 'malformed_answer');
});

test('a compressed error is known by its status', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    response.writeHead(401, { 'content-encoding': 'gzip' }).end(gzipSync('{"error":"secret"}'));
  });
  const { error } = await send(context, origin);
  assert.equal(error?.code, 'credential_refused');
  assert.equal(error?.providerSaid, undefined);
});

test('a credential that the provider echoes is not passed on', async (context) => {
  const origin = await serveHttp(context, (request, response) => {
    response.writeHead(400).end(JSON.stringify({ error: `bad header ${request.headers.authorization}` }));
  });
  const answer = new RecordedAnswer();
  provide(context, origin).send(providerRequest({ secret: 'plainwordkey' }), answer);
  await answer.over();
  assert.equal(answer.error?.providerSaid?.message.includes('plainwordkey'), false);
  assert.equal(answer.error?.message.includes('plainwordkey'), false);
});
