import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonObject } from '@tollgate/core';
import { faultCatalogue, startProviderSimulator } from '../src/index.ts';
import type { ProviderSimulator } from '../src/index.ts';
import { ask, at, eventData, textAt, type Received, type MessagesProvider } from './simulated-call.ts';

const prompt = 'Tell me about a toll gate at the river.';
const answer = `You said: ${prompt}`;

describe('faults', () => {
  let simulator: ProviderSimulator;
  before(async () => {
    simulator = await startProviderSimulator({ port: 0 });
  });
  after(() => simulator.stop());

  const tested = new Set<string>();
  /** An answer to the prompt with that fault. */
  const meet = (fault: string, members: JsonObject = {}, provider: MessagesProvider = 'openai'): Promise<Received> => {
    tested.add(fault.split(/[ ,]/)[0] ?? '');
    const messages = [{ role: 'user', content: `${prompt} [[fault:${fault}]]` }];
    return ask(simulator, provider, { members: { messages, ...members } });
  };
  const stream = { stream: true };

  const refusals = [
    '400',
    '401',
    '402',
    '403',
    '404',
    '408',
    '409',
    '413',
    '422',
    '429',
    '500',
    '502',
    '503',
    '504',
    '524',
    '529',
  ];
  for (const name of refusals) {
    test(`${name} is that status, streamed or not, with every provider`, async () => {
      for (const provider of ['openai', 'openrouter', 'anthropic', 'compatible'] as const) {
        for (const members of [{}, stream]) {
          const received = await meet(name, members, provider);
          assert.equal(received.status, Number(name));
          assert.notEqual(textAt(received.body, 'error', 'message'), '');
          assert.equal(received.headers['retry-after'], name === '429' ? '1' : undefined);
        }
      }
    });
  }

  test('retry_after sets the header, and none leaves it out', async () => {
    assert.equal((await meet('503 retry_after=30')).headers['retry-after'], '30');
    assert.equal((await meet('429,retry_after=0')).headers['retry-after'], '0');
    assert.equal((await meet('429 retry_after=none')).headers['retry-after'], undefined);
  });

  test('quota is a 429 that says that waiting does not help', async () => {
    const openai = await meet('quota');
    assert.equal(openai.status, 429);
    assert.equal(at(openai.body, 'error', 'code'), 'insufficient_quota');
    const anthropic = await meet('quota', {}, 'anthropic');
    assert.equal(at(anthropic.body, 'error', 'details', 'error_code'), 'enforced_spend_limit_reached');
    assert.equal(anthropic.headers['retry-after'], undefined);
  });

  test('context_too_long is a 400 in the words of each provider', async () => {
    const openai = await meet('context_too_long');
    assert.equal(openai.status, 400);
    assert.equal(at(openai.body, 'error', 'code'), 'context_length_exceeded');
    assert.match(
      (await meet('context_too_long', {}, 'anthropic')).body,
      /prompt is too long: \d+ tokens > \d+ maximum/,
    );
    assert.match((await meet('context_too_long', {}, 'compatible')).body, /exceed_context_size_error/);
  });

  test('reset_before_headers and close_before_headers leave no headers', async () => {
    for (const fault of ['reset_before_headers', 'close_before_headers']) {
      const received = await meet(fault);
      assert.equal(received.status, undefined);
      assert.equal(received.broken, 'ECONNRESET');
    }
  });

  for (const fault of ['reset_mid_body', 'cut_between_events']) {
    test(`${fault} lets two events with content through by default, then breaks the connection`, async () => {
      const received = await meet(fault, stream);
      assert.equal(received.status, 200);
      assert.equal(received.broken, 'ECONNRESET');
      assert.equal(contentOf(received), answer.slice(0, 16));
      assert.ok(received.body.endsWith('\n\n'));
    });

    test(`${fault} sends half of a body that is not streamed`, async () => {
      const received = await meet(fault);
      const length = Number(received.headers['content-length']);
      assert.equal(received.bytes.length, Math.floor(length / 2));
      assert.equal(received.broken, 'ECONNRESET');
    });
  }

  test('after_events and after_bytes say where it breaks', async () => {
    assert.equal(contentOf(await meet('cut_between_events after_events=0', stream)), '');
    assert.equal(contentOf(await meet('cut_between_events after_events=3', stream)), answer.slice(0, 24));
    assert.equal((await meet('cut_between_events after_bytes=100', stream)).bytes.length, 100);
    assert.equal((await meet('reset_mid_body after_bytes=7')).bytes.length, 7);
  });

  test('cut_mid_event ends within an event', async () => {
    const received = await meet('cut_mid_event', stream);
    assert.equal(received.broken, 'ECONNRESET');
    assert.match(received.body, /\n\ndata: \{"id":[^\n]+$/);
    assert.equal((await meet('cut_mid_event')).broken, 'ECONNRESET');
  });

  test('end_early ends cleanly without finish reason and terminator', async () => {
    const received = await meet('end_early', stream);
    assert.equal(received.broken, undefined);
    assert.equal(contentOf(received), answer.slice(0, 16));
    assert.doesNotMatch(received.body, /\[DONE\]|"finish_reason":"/);
  });

  test('no_done leaves out the terminator alone', async () => {
    const chat = await meet('no_done', stream);
    assert.equal(chat.broken, undefined);
    assert.equal(contentOf(chat), answer);
    assert.match(chat.body, /"finish_reason":"stop"/);
    assert.doesNotMatch(chat.body, /\[DONE\]/);
    const message = await meet('no_done', stream, 'anthropic');
    assert.match(message.body, /message_delta/);
    assert.doesNotMatch(message.body, /message_stop/);
  });

  test('html is a page with the status that was asked for', async () => {
    const received = await meet('html');
    assert.equal(received.status, 200);
    assert.match(received.headers['content-type'] ?? '', /^text\/html/);
    assert.match(received.body, /^<!DOCTYPE html>/);
    assert.equal((await meet('html status=502', stream)).status, 502);
  });

  test('empty_body has a status and no bytes', async () => {
    for (const members of [{}, stream]) {
      const received = await meet('empty_body', members);
      assert.equal(received.status, 200);
      assert.equal(received.bytes.length, 0);
      assert.equal(received.broken, undefined);
    }
  });

  test('malformed_json breaks the body, or one event in the middle of a stream', async () => {
    for (const provider of ['openai', 'openrouter', 'anthropic'] as const) {
      const whole = await meet('malformed_json', {}, provider);
      assert.equal(whole.broken, undefined);
      assert.throws(() => JSON.parse(whole.body));
      const events = eventData((await meet('malformed_json', stream, provider)).body).filter(
        (data) => data !== '[DONE]',
      );
      const broken = events.filter((data) => at(data) === undefined);
      assert.equal(broken.length, 1);
      assert.notEqual(broken[0], events.at(-1));
    }
  });

  test('huge_event has an event, or body, of at least that size', async () => {
    const { body } = await meet('huge_event bytes=300000', stream);
    const sizes = eventData(body).map((data) => data.length);
    assert.equal(sizes.filter((size) => size > 300_000).length, 1);
    assert.equal(contentOf({ body }), answer);
    const whole = await meet('huge_event bytes=300000');
    assert.ok(whole.bytes.length > 300_000);
    assert.equal(at(whole.body, 'choices', 0, 'message', 'content'), answer);
  });

  test('two_bodies sends everything twice', async () => {
    const whole = await meet('two_bodies');
    assert.equal(whole.body.slice(0, whole.body.length / 2), whole.body.slice(whole.body.length / 2));
    const streamed = await meet('two_bodies', stream);
    assert.equal(eventData(streamed.body).filter((data) => data === '[DONE]').length, 2);
  });

  test('error_event ends a stream with an error in the shape of the provider', async () => {
    const openai = eventData((await meet('error_event', stream)).body);
    assert.equal(textAt(openai.at(-2) ?? '', 'error', 'type'), 'server_error');
    assert.equal(openai.at(-1), '[DONE]');
    const openrouter = eventData((await meet('error_event status=502', stream, 'openrouter')).body);
    assert.equal(at(openrouter.at(-2) ?? '', 'error', 'code'), 502);
    assert.equal(at(openrouter.at(-2) ?? '', 'choices', 0, 'finish_reason'), 'error');
    const anthropic = (await meet('error_event', stream, 'anthropic')).body;
    assert.match(
      anthropic,
      /text_delta[^]*event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error"[^\n]+\n\n$/,
    );
    assert.doesNotMatch(anthropic, /message_stop/);
  });

  test('error_in_200 is an error before any content', async () => {
    for (const provider of ['openai', 'openrouter', 'anthropic', 'compatible'] as const) {
      const whole = await meet('error_in_200', {}, provider);
      assert.equal(whole.status, 200);
      assert.notEqual(at(whole.body, 'error'), undefined);
      const streamed = await meet('error_in_200', stream, provider);
      assert.equal(streamed.status, 200);
      assert.equal(contentOf(streamed), '');
      assert.ok(eventData(streamed.body).some((data) => at(data, 'error') !== undefined));
    }
  });

  test('an Anthropic stream opens its message before an overload', async () => {
    const { body } = await meet('error_in_200', stream, 'anthropic');
    assert.match(body, /^event: message_start\n[^]*event: ping\n[^]*event: error\n/);
  });

  test('every fault that is no wait is tested here', () => {
    const waits = ['slow_headers', 'slow_content', 'stall'];
    assert.deepEqual(
      [...faultCatalogue.keys()].filter((name) => !waits.includes(name)).toSorted(),
      [...tested].toSorted(),
    );
  });
});

const contentOf = ({ body }: Pick<Received, 'body'>): string =>
  eventData(body)
    .map((data) => textAt(data, 'choices', 0, 'delta', 'content') + textAt(data, 'delta', 'text'))
    .join('');
