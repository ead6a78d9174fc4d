import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { attributesOf, startCollector, type Collector, type ReceivedSpan } from './support/collector.ts';
import { listeningPort } from './support/listening-port.ts';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerSpanId = '00f067aa0ba902b7';
const secretPrompt = 'the prompt nobody else may read';
const ask = { model: 'sim-openai', messages: [{ role: 'user', content: secretPrompt }], max_tokens: 9 };

const answer = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'an answer for one' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14, prompt_tokens_details: { cached_tokens: 4 } },
};

let upstream: Server;
let upstreamUrl: string;
/** What the provider was told, in order; it fails as often as `failures` says. */
const told: (string | undefined)[] = [];
let failures = 0;
let collector: Collector;
let gateway: TestGateway;
let untraced: TestGateway;

before(async () => {
  upstream = createServer((request, response) => {
    request.resume().on('end', () => {
      told.push(request.headers['traceparent']?.toString());
      const status = failures > 0 ? 500 : 200;
      failures -= status === 500 ? 1 : 0;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 200 ? answer : { error: { message: 'boom' } }));
    });
  });
  upstreamUrl = `http://127.0.0.1:${await listeningPort(upstream)}`;
  collector = await startCollector();
  gateway = await startTestGateway({
    config: simulatorConfig(upstreamUrl, {
      tracing: `{ otlp_endpoint: "${collector.url}", otlp_headers: { x-api-key: collector-secret } }`,
    }),
  });
  untraced = await startTestGateway({ config: simulatorConfig(upstreamUrl) });
});

after(async () => {
  await gateway.stop();
  await untraced.stop();
  await collector.stop();
  upstream.closeAllConnections();
  upstream.close();
});

const spanOf = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const found = spans.find((span) => span.name === name);
  assert.ok(found !== undefined, `no span ${name} among ${spans.map((span) => span.name).join(', ')}`);
  return found;
};

describe('with tracing on', () => {
  it('a call is a span of its caller’s trace, and each attempt is one below it, whose id its provider is told', async () => {
    told.length = 0;
    failures = 1;
    const headers = { traceparent: `00-${traceId}-${callerSpanId}-01` };
    const response = await gateway.chat(ask, { headers });
    assert.equal(response.status, 200);
    const spans = await collector.spansOf(traceId, 3);
    const server = spanOf(spans, 'POST /v1/chat/completions');
    assert.deepEqual([server.parentSpanId, server.kind, server.status], [callerSpanId, 2, undefined]);
    const attempts = spans.filter(({ kind }) => kind === 3);
    assert.deepEqual(
      attempts.map(({ name, parentSpanId, status }) => [name, parentSpanId, status?.code]),
      [
        ['chat gpt-4o-mini', server.spanId, 2],
        ['chat gpt-4o-mini', server.spanId, undefined],
      ],
    );
    assert.deepEqual(
      told,
      attempts.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
    );
    for (const { startTimeUnixNano, endTimeUnixNano } of attempts) {
      assert.ok(BigInt(server.startTimeUnixNano) <= BigInt(startTimeUnixNano));
      assert.ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano));
      assert.ok(BigInt(endTimeUnixNano) <= BigInt(server.endTimeUnixNano));
    }
    const line = await gateway.requestLine(response);
    assert.equal(line['trace_id'], traceId);
    const told200 = attributesOf(server);
    assert.equal(told200['tollgate.request_id'], line['request_id']);
    assert.deepEqual(
      [told200['http.response.status_code'], told200['tollgate.outcome'], told200['tollgate.tenant']],
      [200, 'completed', 'acme'],
    );
  });

  it('an attempt has the names of OpenTelemetry’s conventions for generative AI', async () => {
    const response = await gateway.chat(ask);
    const { trace_id: ownTraceId } = await gateway.requestLine(response);
    const spans = await collector.spansOf(String(ownTraceId), 2);
    assert.equal(spanOf(spans, 'POST /v1/chat/completions').parentSpanId, undefined);
    assert.deepEqual(attributesOf(spanOf(spans, 'chat gpt-4o-mini')), {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.max_tokens': 9,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 11,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.usage.cache_creation.input_tokens': 0,
      'http.response.status_code': 200,
      'tollgate.provider': 'openai',
      'tollgate.credential': 'default',
      'tollgate.attempt': 1,
    });
  });

  it('a refusal is a span without attempts, and no failure of the server', async () => {
    const response = await gateway.chat({ ...ask, model: 'nobody-knows' });
    const { trace_id: ownTraceId } = await gateway.requestLine(response);
    const [server, ...attempts] = await collector.spansOf(String(ownTraceId), 1);
    assert.ok(server !== undefined && attempts.length === 0);
    assert.deepEqual([server.status, attributesOf(server)['tollgate.error_code']], [undefined, 'model_not_found']);
  });

  it('a caller that does not sample its trace has it forwarded as it is', async () => {
    told.length = 0;
    const traceparent = `00-${'b'.repeat(32)}-${callerSpanId}-00`;
    await gateway.chat(ask, { headers: { traceparent } });
    assert.deepEqual(told, [traceparent]);
    assert.ok(!collector.text.includes('b'.repeat(32)));
  });

  it('no prompt, no answer and no key is in a span; the collector gets the header that config gives it', async () => {
    const response = await gateway.chat(ask);
    const { trace_id: ownTraceId } = await gateway.requestLine(response);
    await collector.spansOf(String(ownTraceId), 2);
    for (const secret of [secretPrompt, 'an answer for one', gateway.key, 'sk-simulated-key', 'collector-secret']) {
      assert.ok(!collector.text.includes(secret), secret);
    }
    assert.equal(collector.headers['x-api-key'], 'collector-secret');
  });

  it('a collector that takes nothing costs its spans alone, and the log says so', async () => {
    collector.status = 400;
    const response = await gateway.chat(ask);
    assert.equal(response.status, 200);
    await gateway.node.stop();
    assert.match(gateway.logText(), /the collector takes no spans/);
    assert.ok(!gateway.logText().includes('collector-secret'));
  });
});

it('with tracing off the caller’s traceparent is forwarded as it is, and none is made', async () => {
  told.length = 0;
  const headers = { traceparent: `00-${traceId}-${callerSpanId}-01` };
  await untraced.chat(ask, { headers });
  await untraced.chat(ask);
  assert.deepEqual(told, [headers.traceparent, undefined]);
});
