import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test, type TestContext } from 'node:test';
import type { Provider } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import { createAnthropicAdapter } from '../../src/anthropic/adapter.ts';
import { createProvider } from '../../src/base/create-provider.ts';
import { providerRequest } from '../support/provider-request.ts';
import { RecordedAnswer } from '../support/record-answer.ts';
import { readBody, serveHttp, startStream } from '../support/serve.ts';
import { deltasOf, event, started, stopped, textBlock } from './support/message-stream.ts';
import { budgetModel, chatBody } from './support/translate.ts';

function provide(context: TestContext, baseUrl: string): Provider {
  const clock = new ManualClock();
  const provider = createProvider({
    name: 'anthropic',
    baseUrl,
    kind: { openai_chat: createAnthropicAdapter({ clock }) },
    clock,
  });
  context.after(() => provider.close());
  return provider;
}

const request = (fields: object) => providerRequest({ providerModel: budgetModel, body: chatBody({ ...fields }) });

test('over HTTP a streamed message arrives as chat chunks, and its id is kept', async (context) => {
  let path: string | undefined;
  let headers: IncomingHttpHeaders = {};
  let body = '';
  const origin = await serveHttp(context, (incoming, response) => {
    ({ url: path, headers } = incoming);
    void readBody(incoming).then((text) => {
      body = text;
      response.setHeader('request-id', 'req_1');
      startStream(response).end(started() + event('ping') + textBlock(0, 'Grüße') + stopped('end_turn'));
    });
  });
  const answer = new RecordedAnswer();
  provide(context, origin).send(request({ stream: true }), answer);
  await answer.over();
  assert.equal(answer.error, undefined);
  assert.deepEqual(deltasOf(answer.text), [{ role: 'assistant', content: 'Grüße' }, {}]);
  assert.equal(path, '/v1/messages');
  assert.equal(headers['x-api-key'], 'sk-secret-credential');
  assert.ok(body.includes('"stream":true'));
  assert.equal(answer.progress?.providerRequestId, 'req_1');
  assert.equal(answer.progress?.usage?.output, 7);
});

test('over HTTP a refusal keeps the provider’s words and says what may be done next', async (context) => {
  const message = 'prompt is too long: 3333404 tokens > 200000 maximum';
  const origin = await serveHttp(context, (_incoming, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }));
  });
  const answer = new RecordedAnswer();
  provide(context, origin).send(request({}), answer);
  await answer.over();
  assert.equal(answer.error?.code, 'context_too_long');
  assert.equal(answer.error.providerSaid?.message, message);
  assert.equal(answer.text, '');
});
