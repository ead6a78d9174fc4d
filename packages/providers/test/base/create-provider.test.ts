import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { JsonObject } from '@tollgate/core';
import { chunk, done, finishChunk, textChunk, wholeAnswer, wholeStream } from '../support/chat-answers.ts';
import { providerRequest, streamingBody } from '../support/provider-request.ts';
import { RecordedAnswer } from '../support/record-answer.ts';
import { provide, readBody, serveHttp, startStream } from '../support/serve.ts';

const send = async (context: TestContext, origin: string, body?: JsonObject): Promise<RecordedAnswer> => {
  const answer = new RecordedAnswer();
  provide(context, origin).send(providerRequest(body === undefined ? {} : { body }), answer);
  return answer.over();
};

test('a whole answer comes in one piece, byte by byte as sent', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_up' });
    response.write('\n   \n');
    response.end(wholeAnswer);
  });
  const answer = await send(context, origin);
  assert.equal(answer.error, undefined);
  assert.equal(answer.text, `\n   \n${wholeAnswer}`);
  assert.equal(answer.progress?.httpStatus, 200);
  assert.equal(answer.progress?.providerRequestId, 'req_up');
  assert.equal(answer.progress?.usage?.inputUncached, 10);
  assert.equal(answer.endings, 1);
});

test('a stream comes as it is sent, the usage that the caller did not ask for left out', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    startStream(response).end(wholeStream);
  });
  const answer = await send(context, origin, streamingBody);
  assert.equal(answer.text, textChunk('Hi') + finishChunk('stop') + done);
  assert.equal(answer.progress?.finishReason, 'stop');
  assert.equal(answer.progress?.usage?.output, 3);
});

test('each event of a slow stream is handed on when it comes', async (context) => {
  const answer = new RecordedAnswer();
  const responses: ServerResponse[] = [];
  const origin = await serveHttp(context, (_request, response) => {
    responses.push(startStream(response));
    response.write(textChunk('one'));
  });
  provide(context, origin).send(providerRequest({ body: streamingBody }), answer);
  await answer.nextBytes();
  assert.equal(answer.text, textChunk('one'));
  assert.equal(answer.progress?.contentSeen, true);
  responses[0]?.end(finishChunk('stop') + done);
  await answer.over();
  assert.equal(answer.error, undefined);
});

test('the request carries the credential, the trace and nothing else of the caller', async (context) => {
  const seen: { request?: IncomingMessage; body?: string } = {};
  const origin = await serveHttp(context, (request, response) => {
    void readBody(request).then((body) => {
      Object.assign(seen, { request, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end(wholeAnswer);
    });
  });
  const answer = new RecordedAnswer();
  const request = providerRequest({ traceparent: '00-11111111111111111111111111111111-2222222222222222-01' });
  provide(context, origin).send(request, answer);
  await answer.over();
  assert.equal(seen.request?.url, '/v1/chat/completions');
  assert.equal(seen.body, request.call.body.raw.toString());
  const { host, connection, ...headers } = seen.request?.headers ?? {};
  assert.equal(host, new URL(origin).host);
  assert.equal(connection, 'keep-alive');
  assert.deepEqual(headers, {
    accept: 'application/json',
    'accept-encoding': 'identity',
    authorization: 'Bearer sk-secret-credential',
    'content-length': String(request.call.body.raw.length),
    'content-type': 'application/json',
    traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    'user-agent': 'tollgate',
  });
});

test('nothing is told inside send, not even that the request cannot be built', async (context) => {
  const answer = new RecordedAnswer();
  const attempt = provide(context, 'http://127.0.0.1:9').send(
    providerRequest({ body: { ...streamingBody, stream_options: 'yes' } }),
    answer,
  );
  assert.equal(answer.endings, 0);
  await answer.over();
  assert.equal(answer.error?.code, 'request_rejected');
  assert.equal(answer.error?.next, 'target');
  assert.equal(answer.error?.billing, 'none');
  assert.ok(answer.error?.cause instanceof Error);
  assert.equal(attempt.progress.requestSent, false);
});

test('connections are kept and used again', async (context) => {
  const ports = new Set<number | undefined>();
  const origin = await serveHttp(context, (request, response) => {
    ports.add(request.socket.remotePort);
    startStream(response).end(wholeStream);
  });
  const provider = provide(context, origin);
  for (let call = 0; call < 3; call += 1) {
    const answer = new RecordedAnswer();
    provider.send(providerRequest({ body: streamingBody }), answer);
    await answer.over();
    // A connection is free again a turn after its answer ended: time for a server to close it.
    await setImmediate();
  }
  assert.equal(ports.size, 1);
});

test('a redirect is refused, and the credential goes nowhere else', async (context) => {
  const reached: string[] = [];
  const elsewhere = await serveHttp(context, (request, response) => {
    reached.push(request.headers.authorization ?? '');
    response.end(wholeAnswer);
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const origin = await serveHttp(context, (_request, response) => {
      response.writeHead(status, { location: `${elsewhere}/v1/chat/completions` }).end();
    });
    const answer = await send(context, origin);
    assert.equal(answer.error?.code, 'malformed_answer');
    assert.equal(answer.error?.billing, 'none');
  }
  assert.deepEqual(reached, []);
});

test('after close no request is sent', async (context) => {
  const provider = provide(context, 'http://127.0.0.1:9');
  await provider.close();
  const answer = new RecordedAnswer();
  provider.send(providerRequest(), answer);
  await answer.over();
  assert.equal(answer.error?.billing, 'none');
});

test('abort ends the connection, and the failure says so once', async (context) => {
  const answer = new RecordedAnswer();
  const closed = Promise.withResolvers<void>();
  const origin = await serveHttp(context, (request, response) => {
    request.socket.on('close', () => closed.resolve());
    startStream(response).write(textChunk('one'));
  });
  const attempt = provide(context, origin).send(providerRequest({ body: streamingBody }), answer);
  await answer.nextBytes();
  attempt.abort();
  attempt.abort();
  assert.equal(answer.endings, 0);
  await answer.over();
  await closed.promise;
  assert.equal(answer.error?.code, 'aborted');
  assert.equal(answer.error?.billing, 'possible');
  assert.equal(answer.endings, 1);
});

test('abort before the connection stands sends nothing', async (context) => {
  let requests = 0;
  const origin = await serveHttp(context, (_request, response) => {
    requests += 1;
    response.end(wholeAnswer);
  });
  const provider = provide(context, origin);
  const aborted = new RecordedAnswer();
  provider.send(providerRequest(), aborted).abort();
  await aborted.over();
  assert.equal(aborted.error?.billing, 'none');
  const answered = new RecordedAnswer();
  provider.send(providerRequest(), answered);
  await answered.over();
  assert.equal(requests, 1);
});

test('pause stops reading from the socket, and resume goes on without a loss', async (context) => {
  const text = 'x'.repeat(4096);
  const events = 5000;
  let isWritten = false;
  const origin = await serveHttp(context, (_request, response) => {
    startStream(response);
    for (let event = 0; event < events; event += 1) response.write(textChunk(text));
    response.write(finishChunk('stop') + done, () => {
      isWritten = true;
    });
    response.end();
  });
  const answer = new RecordedAnswer();
  const attempt = provide(context, origin).send(providerRequest({ body: streamingBody }), answer);
  await answer.nextBytes();
  attempt.pause();
  const paused = answer.bytes;
  // Other connections are served meanwhile: enough turns of the loop for 20 MB, were they read.
  for (let call = 0; call < 20; call += 1) await send(context, await serveHttp(context, (_q, r) => r.end(wholeAnswer)));
  assert.ok(answer.bytes - paused < 1024 * 1024);
  assert.equal(isWritten, false);
  attempt.resume();
  await answer.over();
  assert.equal(answer.bytes, Buffer.byteLength(textChunk(text)) * events + (finishChunk('stop') + done).length);
});

test('what came before an error in the same packet is still handed on', async (context) => {
  const origin = await serveHttp(context, (_request, response) => {
    startStream(response).end(textChunk('one') + chunk({ error: { message: 'boom', code: 502 } }));
  });
  const answer = await send(context, origin, streamingBody);
  assert.equal(answer.text, textChunk('one'));
  assert.equal(answer.error?.code, 'error_in_answer');
  assert.equal(answer.error?.next, 'stop');
});

test('a receiver that aborts from within its bytes is told of no clean end', async (context) => {
  const origin = await serveHttp(context, (_request, response) => response.end(wholeAnswer));
  const answer = new RecordedAnswer();
  const attempt = provide(context, origin).send(providerRequest(), {
    onBytes: () => attempt.abort(),
    onEnd: (progress) => answer.onEnd(progress),
    onFailure: (error, progress) => answer.onFailure(error, progress),
  });
  await answer.over();
  assert.equal(answer.error?.code, 'aborted');
  assert.equal(answer.endings, 1);
});
