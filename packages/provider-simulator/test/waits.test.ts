import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { describe, test, type TestContext } from 'node:test';
import type { JsonObject } from '@tollgate/core';
import { ManualClock } from '@tollgate/testkit';
import type { ProviderSimulator } from '../src/index.ts';
import { ask, callPaths, eventData, requestTo, startFor, textAt, type MessagesProvider } from './simulated-call.ts';

const words = (content: string): JsonObject => ({ stream: true, messages: [{ role: 'user', content }] });

/** A call whose answer is watched while it comes. */
interface Watched {
  /** Undefined until headers came. */
  answer(): IncomingMessage | undefined;
  text(): string;
  /** Resolves once the text satisfies this. */
  until(reached: (text: string) => boolean): Promise<void>;
  ended: Promise<unknown>;
}

function watch(simulator: ProviderSimulator, provider: MessagesProvider, members: JsonObject): Watched {
  const outgoing = request({
    host: '127.0.0.1',
    port: simulator.port,
    method: 'POST',
    path: callPaths[provider],
    headers: { 'anthropic-version': '2023-06-01' },
    agent: false,
  });
  let answer: IncomingMessage | undefined;
  let text = '';
  let wake = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    outgoing.on('error', () => resolve());
    outgoing.on('response', (response) => {
      answer = response;
      wake();
      response.on('data', (piece: Buffer) => {
        text += piece.toString('utf8');
        wake();
      });
      response.on('error', () => resolve());
      response.on('end', () => resolve());
    });
  });
  outgoing.end(JSON.stringify(requestTo(provider, members)));
  return {
    answer: () => answer,
    text: () => text,
    until: async (reached) => {
      while (!reached(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    ended,
  };
}

async function startWithClock(t: TestContext): Promise<{ simulator: ProviderSimulator; clock: ManualClock }> {
  const clock = new ManualClock();
  return { simulator: await startFor(t, { clock }), clock };
}

/** Resolves once the simulator waits for its clock. */
async function untilWaiting(clock: ManualClock): Promise<void> {
  while (clock.scheduledCount === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('waits', () => {
  test('slow_headers sends nothing before its time', async (t) => {
    const { simulator, clock } = await startWithClock(t);
    const watched = watch(simulator, 'openai', words('[[fault:slow_headers delay_ms=5000]]'));
    await untilWaiting(clock);
    clock.advance(4999);
    assert.equal(clock.scheduledCount, 1);
    assert.equal(watched.answer(), undefined);
    clock.advance(1);
    await watched.ended;
    assert.match(watched.text(), /\[DONE\]/);
  });

  test('slow_content sends headers and comments meanwhile', async (t) => {
    const { simulator, clock } = await startWithClock(t);
    const watched = watch(simulator, 'openrouter', words('[[fault:slow_content delay_ms=3000 keep_alive_ms=1000]] hi'));
    await watched.until((text) => text.split('PROCESSING').length - 1 === 2);
    assert.equal(watched.answer()?.statusCode, 200);
    await untilWaiting(clock);
    clock.advance(2000);
    await watched.until((text) => text.split('PROCESSING').length - 1 === 4);
    assert.doesNotMatch(watched.text(), /data:/);
    clock.advance(1000);
    await watched.ended;
    assert.match(watched.text(), /You said/);
  });

  test('slow_content with Anthropic sends the message start and pings meanwhile', async (t) => {
    const { simulator, clock } = await startWithClock(t);
    const watched = watch(simulator, 'anthropic', words('[[fault:slow_content delay_ms=3000]] hi'));
    await untilWaiting(clock);
    clock.advance(2000);
    await watched.until((text) => text.split('event: ping').length - 1 === 3);
    assert.match(watched.text(), /^event: message_start/);
    assert.doesNotMatch(watched.text(), /content_block_delta/);
    clock.advance(1000);
    await watched.ended;
  });

  test('stall stops in the middle until the client leaves, and the ledger says so', async (t) => {
    const { simulator } = await startWithClock(t);
    const watched = watch(simulator, 'openai', words('[[fault:stall after_events=1]] tell me more'));
    await watched.until((text) => text.includes('You said'));
    assert.equal(simulator.totals().callsEnded, 0);
    watched.answer()?.destroy();
    await simulator.waitForCalls(1);
    const [entry] = simulator.ledger();
    assert.equal(entry?.ended, 'client_gone');
    assert.equal(entry?.contentEvents, 1);
    assert.equal(entry?.fault, 'stall');
    assert.equal(entry?.usage.output, 2);
  });

  test('stall with a delay goes on after it', async (t) => {
    const { simulator, clock } = await startWithClock(t);
    const watched = watch(simulator, 'openai', words('[[fault:stall after_events=1 delay_ms=700]] tell me more'));
    await untilWaiting(clock);
    clock.advance(699);
    assert.equal(clock.scheduledCount, 1);
    clock.advance(1);
    await watched.ended;
    assert.match(watched.text(), /\[DONE\]/);
  });

  test('pacing waits before headers, before content and between events', async (t) => {
    const { simulator, clock } = await startWithClock(t);
    simulator.pace({ headers_ms: 100, first_content_ms: 200, between_events_ms: 10, tokens_per_event: 1 });
    const watched = watch(simulator, 'openai', words('[[say:12345678abcd]]'));
    await untilWaiting(clock);
    clock.advance(100);
    await watched.until((text) => text.includes('"role":"assistant"'));
    await untilWaiting(clock);
    assert.doesNotMatch(watched.text(), /1234/);
    clock.advance(200);
    await watched.until((text) => text.includes('"1234"'));
    await untilWaiting(clock);
    clock.advance(10);
    await watched.until((text) => text.includes('"5678"'));
    assert.doesNotMatch(watched.text(), /"abcd"/);
    clock.advance(10);
    await watched.ended;
    assert.match(watched.text(), /"abcd"[^]*\[DONE\]/);
  });

  test('a prompt may set the pace of its own answer', async (t) => {
    const { simulator, clock } = await startWithClock(t);
    const watched = watch(simulator, 'anthropic', {
      messages: [{ role: 'user', content: '[[pace:first_content_ms=50]] hi' }],
    });
    await untilWaiting(clock);
    assert.equal(watched.text(), '');
    clock.advance(50);
    await watched.ended;
    assert.match(watched.text(), /You said: hi/);
  });

  test('bytes_per_write cuts through characters and keeps the bytes', async (t) => {
    const simulator = await startFor(t);
    const sizes = new Set<number>();
    const received = await ask(simulator, 'openai', {
      members: words('[[pace:bytes_per_write=3,tokens_per_event=3]] grüße 🚧 grüße'),
      whenPiece: (piece) => sizes.add(piece.length),
    });
    assert.equal(Math.max(...sizes), 3);
    const text = eventData(received.body).map((data) => textAt(data, 'choices', 0, 'delta', 'content'));
    assert.equal(text.join(''), 'You said: grüße 🚧 grüße');
  });

  test('stopping ends streams that wait', async (t) => {
    const { simulator } = await startWithClock(t);
    const watched = watch(simulator, 'openai', words('[[fault:stall]] tell me more'));
    await watched.until((text) => text.includes('You said'));
    await simulator.stop();
    await watched.ended;
  });
});
