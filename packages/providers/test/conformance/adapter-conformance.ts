import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AttemptError, type AttemptErrorCode } from '@tollgate/core';
import type { Adapter, AnswerFacts, StreamReader, WireHeaders } from '../../src/base/adapter.ts';
import { sealHeaders } from '../../src/base/egress.ts';
import { SseParser } from '../../src/base/sse-parser.ts';
import { providerRequest, streamingBody } from '../support/provider-request.ts';

/** Kinds of failure that every provider has words for. */
type RefusalKind = Extract<
  AttemptErrorCode,
  | 'rate_limited'
  | 'overloaded'
  | 'server_error'
  | 'quota_spent'
  | 'credential_refused'
  | 'model_not_found'
  | 'context_too_long'
  | 'request_rejected'
>;

export interface RecordedRefusal {
  readonly status: number;
  readonly headers?: WireHeaders;
  readonly body: string;
}

/** What a provider sends, in its own protocol. A new provider is shown to work by filling this in. */
export interface AdapterFixtures {
  /** Events before any content: roles, pings, lifecycle. */
  readonly opening: string;
  /** Content that goes on where `opening` ended. */
  readonly content: string;
  /** From the finish reason to the terminal event, with usage. */
  readonly closing: string;
  /** An error inside a stream, as an overloaded provider sends it. */
  readonly errorEvent: string;
  /** The same answer as the stream's, whole. */
  readonly whole: string;
  /** A 2xx whose body says that it is an error; undefined where the protocol has none. */
  readonly wholeError: string | undefined;
  /** What is known after stream and whole answer alike. */
  readonly facts: Pick<AnswerFacts, 'finishReason' | 'usage' | 'contentBytes' | 'answeredModel'>;
  readonly refusals: Readonly<Record<RefusalKind, RecordedRefusal>>;
}

const secret = 'sk-conformance-secret';

/** What holds of every adapter, whatever protocol it speaks. */
export function testAdapter(name: string, adapter: Adapter, fixtures: AdapterFixtures): void {
  testRequest(name, adapter);
  testStream(name, adapter, fixtures);
  testBrokenStream(name, adapter, fixtures);
  testWhole(name, adapter, fixtures);
  testRefusals(name, adapter, fixtures);
}

const openReader = (adapter: Adapter): StreamReader =>
  adapter.createStreamReader(providerRequest({ body: streamingBody, wantsStreamUsage: true }));

function testRequest(name: string, adapter: Adapter): void {
  test(`${name}: a request is JSON with the provider's model and cap, and allowed headers only`, () => {
    const request = providerRequest({
      body: streamingBody,
      providerModel: 'vendor/m-1',
      outputCapTokens: 4321,
      secret,
    });
    const { path, headers, body } = adapter.buildRequest(request);
    const sent: unknown = JSON.parse(body.toString('utf8'));
    assert.ok(path.startsWith('/') && !path.startsWith('//'));
    assert.equal(sealHeaders(headers)['accept'], 'text/event-stream');
    assert.ok(typeof sent === 'object' && sent !== null);
    // Some name the model in the path alone.
    const model = 'model' in sent ? sent.model : decodeURIComponent(path);
    assert.match(String(model), /(?:^|\/)vendor\/m-1(?:$|[:/])/);
    assert.match(JSON.stringify(sent), /:4321[,}]/);
  });

  test(`${name}: the credential is in one header and nowhere else`, () => {
    const { path, headers, body } = adapter.buildRequest(providerRequest({ body: streamingBody, secret }));
    assert.equal(Object.values(headers).filter((value) => value.includes(secret)).length, 1);
    assert.equal(path.includes(secret) || body.includes(secret), false);
  });

  test(`${name}: a field that nobody knows goes along, or is named as left out`, () => {
    const request = providerRequest({ body: { ...streamingBody, unheard_of: 'kept' } });
    const { body, droppedFields = [] } = adapter.buildRequest(request);
    const goesAlong = body.includes('"unheard_of":"kept"');
    assert.equal(droppedFields.includes('unheard_of'), !goesAlong);
  });
}

function testStream(name: string, adapter: Adapter, fixtures: AdapterFixtures): void {
  const stream = fixtures.opening + fixtures.content + fixtures.closing;

  test(`${name}: what opens a stream is not content`, () => {
    const reader = openReader(adapter);
    reader.push(Buffer.from(fixtures.opening));
    assert.equal(reader.facts.contentSeen, false);
    reader.push(Buffer.from(fixtures.content));
    assert.equal(reader.facts.contentSeen, true);
  });

  test(`${name}: a stream becomes chat chunks that end with [DONE]`, () => {
    const { text, facts } = readInPieces(adapter, [Buffer.from(stream)]);
    const data = new SseParser({ maxEventBytes: 1 << 20 }).push(Buffer.from(text)).flatMap((event) => event.data ?? []);
    assert.equal(data.at(-1), '[DONE]');
    for (const chunk of data.slice(0, -1)) assert.match(chunk, /^\{.*"choices":\[.*\}$/s);
    assert.deepEqual(pick(facts), fixtures.facts);
  });

  test(`${name}: a stream split anywhere reads the same`, () => {
    const bytes = Buffer.from(stream);
    const whole = readInPieces(adapter, [bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        assert.deepEqual(readInPieces(adapter, pieces), whole);
      }),
      { numRuns: 50 },
    );
  });
}

function testBrokenStream(name: string, adapter: Adapter, { opening, content, errorEvent }: AdapterFixtures): void {
  const failure = (text: string): AttemptError | undefined => {
    const reader = openReader(adapter);
    try {
      reader.push(Buffer.from(text));
      if (reader.failure === undefined) reader.end();
      return reader.failure;
    } catch (error) {
      if (error instanceof AttemptError) return error;
      throw error;
    }
  };
  const verdict = (error: AttemptError | undefined): unknown => [error?.code, error?.next];

  test(`${name}: a stream without its terminal event never ends well`, () => {
    assert.deepEqual(verdict(failure(opening)), ['connection_reset', 'retry']);
    assert.deepEqual(verdict(failure(opening + content)), ['cut', 'stop']);
  });

  test(`${name}: an error in a stream lets another attempt follow until there is content`, () => {
    assert.deepEqual(verdict(failure(opening + errorEvent)), ['error_in_answer', 'retry']);
    assert.deepEqual(verdict(failure(opening + content + errorEvent)), ['error_in_answer', 'stop']);
  });

  test(`${name}: an event that is no JSON is malformed`, () => {
    assert.equal(failure('data: {"type"\n\n')?.code, 'malformed_answer');
  });
}

function testWhole(name: string, adapter: Adapter, { whole, wholeError, facts }: AdapterFixtures): void {
  const code = (body: string): AttemptErrorCode | undefined => {
    try {
      adapter.readWhole(Buffer.from(body), providerRequest());
      return undefined;
    } catch (error) {
      return error instanceof AttemptError ? error.code : undefined;
    }
  };

  test(`${name}: a whole answer is a chat completion that says what the stream says`, () => {
    const answer = adapter.readWhole(Buffer.from(whole), providerRequest());
    assert.match(answer.body.toString('utf8'), /"object": ?"chat\.completion"/);
    assert.equal(answer.facts.contentSeen, true);
    assert.deepEqual(pick(answer.facts), facts);
  });

  test(`${name}: a 2xx that is no answer fails`, () => {
    for (const body of ['', '<html>', '[]', '{}', 'null']) assert.equal(code(body), 'malformed_answer');
    if (wholeError !== undefined) assert.equal(code(wholeError), 'error_in_answer');
  });
}

function testRefusals(name: string, adapter: Adapter, { refusals }: AdapterFixtures): void {
  for (const [kind, { status, headers = {}, body }] of Object.entries(refusals)) {
    test(`${name}: its ${kind} is understood`, () => {
      const error = adapter.readError(status, headers, Buffer.from(body));
      assert.deepEqual([error.code, error.httpStatus], [kind, status]);
    });
  }

  test(`${name}: a status says enough where the body says nothing`, () => {
    for (const body of ['', '<html>', '{"error":']) {
      const codes = [401, 402, 404, 429, 500, 529].map((s) => adapter.readError(s, {}, Buffer.from(body)).code);
      const [unauthorized, ...others] = codes;
      assert.equal(unauthorized, 'credential_refused');
      assert.deepEqual(others, ['quota_spent', 'model_not_found', 'rate_limited', 'server_error', 'overloaded']);
    }
  });

  test(`${name}: Retry-After is handed on`, () => {
    assert.equal(adapter.readError(429, { 'retry-after': '7' }, Buffer.from('{}')).retryAfterMs, 7000);
  });

  test(`${name}: a refusal in its own words leaks no account`, () => {
    const message = 'not allowed in organization org-AbCdEf123456';
    const body = JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } });
    const error = adapter.readError(400, {}, Buffer.from(body));
    assert.equal(error.providerSaid?.message, 'not allowed in organization [redacted]');
    assert.equal(error.message.includes('org-AbCdEf123456'), false);
  });
}

function readInPieces(adapter: Adapter, pieces: readonly Buffer[]): { text: string; facts: AnswerFacts } {
  const reader = openReader(adapter);
  const bytes = [...pieces.map((piece) => Buffer.from(reader.push(Buffer.from(piece)))), reader.end()];
  return { text: Buffer.concat(bytes).toString('utf8'), facts: reader.facts };
}

const pick = ({ finishReason, usage, contentBytes, answeredModel }: AnswerFacts): AdapterFixtures['facts'] => ({
  finishReason,
  usage,
  contentBytes,
  answeredModel,
});
