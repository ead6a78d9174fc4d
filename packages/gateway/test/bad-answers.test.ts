import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { startProviderSimulator, type FaultRuleInput, type ProviderSimulator } from '@tollgate/provider-simulator';
import { simulatorConfig } from './support/simulator-config.ts';
import type { LogLine } from './support/log-tail.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0 });
  gateway = await startTestGateway({
    config: simulatorConfig(simulator.url, {
      routing: `
  retry: { attempts: 1 }
  timeouts: { connect_ms: 1000, first_content_ms: 2000, unstreamed_ms: 5000, idle_ms: 100, total_ms: 10000 }
  breaker: { failures: 1000, window_ms: 30000, open_ms: 15000 }`,
    }),
  });
});

afterEach(() => simulator.faults.disarm());

after(async () => {
  await gateway.stop();
  await simulator.stop();
});

/** What callers say, and how an answer of theirs ends when it is whole. */
const callers = [
  { path: '/v1/chat/completions', ending: /data: \[DONE\]/g },
  { path: '/v1/messages', ending: /"type": ?"message_stop"/g },
  { path: '/v1/responses', ending: /"type": ?"response\.completed"/g },
] as const;
type Caller = (typeof callers)[number];

const providers = ['sim-openai', 'sim-openrouter', 'sim-anthropic', 'sim-local'];

async function ask({ path }: Caller, model: string, stream: boolean): Promise<Asked> {
  const turns =
    path === '/v1/responses'
      ? { input: 'hello there' }
      : { max_tokens: 50, messages: [{ role: 'user', content: 'hello there' }] };
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, ...turns }),
  });
  const text = await response.text();
  return { status: response.status, text, line: await gateway.requestLine(response) };
}

interface Asked {
  readonly status: number;
  readonly text: string;
  readonly line: LogLine;
}

/** The code of the error that the answer, or its last event, is, after a look at its shape. */
function errorIn(text: string, { path }: Caller): unknown {
  const last = text.trimEnd().split('\n\n').at(-1) ?? '';
  const body: unknown = JSON.parse(/^data: (.*)$/m.exec(last)?.[1] ?? text);
  const isEvent = last.startsWith('event: error\n');
  assert.equal(
    isEvent,
    text.includes('data: ') && path !== '/v1/chat/completions',
    'the event has the name of an error',
  );
  if (path === '/v1/messages') assert.partialDeepStrictEqual(body, { type: 'error', error: { type: 'api_error' } });
  else assert.partialDeepStrictEqual(body, { error: { type: 'upstream_error' } });
  assert.ok(typeof body === 'object' && body !== null && 'error' in body);
  const { error } = body;
  assert.ok(typeof error === 'object' && error !== null && 'code' in error);
  return error.code;
}

async function assertFails(
  fault: FaultRuleInput,
  stream: boolean,
  expected: { status: number; code: string },
): Promise<void> {
  for (const caller of callers) {
    for (const model of providers) {
      simulator.faults.arm(fault);
      const { status, text, line } = await ask(caller, model, stream);
      const where = `${caller.path} with ${model}`;
      assert.deepEqual({ status, code: errorIn(text, caller) }, expected, where);
      assert.deepEqual([line['error_code'], line['estimated']], [expected.code, true], where);
      simulator.faults.disarm();
    }
  }
}

describe('an upstream that answers wrongly is an error in the protocol of the caller, and the charge an estimate', () => {
  const failed = { status: 502, code: 'upstream_failed' };
  const cut = { status: 200, code: 'upstream_cut' };
  it('a page of HTML in place of an answer', () => assertFails({ fault: 'html' }, false, failed));
  it('a page of HTML in place of a stream', () => assertFails({ fault: 'html' }, true, failed));
  it('two JSON bodies in one answer', () => assertFails({ fault: 'two_bodies' }, false, failed));
  it('a stream that ends in the middle', () => assertFails({ fault: 'end_early', after_events: 4 }, true, cut));
  it('a stream that stops and never ends', () => assertFails({ fault: 'stall', after_events: 4 }, true, cut));
});

describe('an answer of 50 MB', () => {
  for (const stream of [false, true]) {
    it(`is let go of ${stream ? 'at the event that is too long' : 'before it is read'}, and the next call is answered`, async () => {
      simulator.faults.arm({ fault: 'huge_event', bytes: 50 * 2 ** 20, ...(stream ? { after_events: 4 } : {}) });
      const [caller] = callers;
      const { text, line } = await ask(caller, 'sim-openai', stream);
      assert.match(text, /answer_too_large/);
      assert.equal(errorIn(text, caller), line['error_code']);
      simulator.faults.disarm();
      assert.equal((await ask(caller, 'sim-openai', stream)).status, 200);
    });
  }
});

describe('a stream that comes twice', () => {
  for (const caller of callers) {
    for (const model of providers) {
      it(`ends once on ${caller.path} with ${model}, and costs what it costs once`, async () => {
        const once = await ask(caller, model, true);
        simulator.faults.arm({ fault: 'two_bodies' });
        const { text, line } = await ask(caller, model, true);
        const [, ...behind] = text.split(caller.ending);
        assert.equal(behind.length, 1, 'it ends once');
        assert.doesNotMatch(String(behind[0]), /^data: ?\{/m);
        assert.deepEqual(
          [line['outcome'], line['estimated'], line['cost_usd']],
          ['completed', false, once.line['cost_usd']],
        );
      });
    }
  }
});
