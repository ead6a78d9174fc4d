import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AttemptError, isJsonArray, isJsonObject, noUsage, tryParseJson, type JsonObject } from '@tollgate/core';
import { readTranscripts } from '@tollgate/provider-simulator';
import { anthropicMessagesAdapter } from '../../src/anthropic-messages/adapter.ts';
import type { Adapter, AnswerFacts } from '../../src/base/adapter.ts';
import { openrouterMessagesAdapter } from '../../src/openrouter/messages-adapter.ts';
import { randomCuts, seededRandom } from '../anthropic/support/cuts.ts';
import { block, event, started, stopped, textBlock, toolBlock } from '../anthropic/support/message-stream.ts';
import { providerRequest } from '../support/provider-request.ts';

interface Relayed {
  readonly text: string;
  readonly facts: AnswerFacts;
  readonly error: AttemptError | undefined;
}

function relay(
  stream: string | Buffer,
  cuts: readonly number[] = [],
  adapter: Adapter = anthropicMessagesAdapter,
): Relayed {
  const reader = adapter.createStreamReader(providerRequest());
  const bytes = Buffer.from(stream);
  const said: Buffer[] = [];
  const ends = [...cuts, bytes.length];
  try {
    for (const [index, end] of ends.entries()) {
      said.push(Buffer.from(reader.push(bytes.subarray(ends[index - 1] ?? 0, end))));
      if (reader.failure !== undefined) throw reader.failure;
    }
    said.push(reader.end());
    return { text: Buffer.concat(said).toString(), facts: { ...reader.facts }, error: undefined };
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    return { text: Buffer.concat(said).toString(), facts: { ...reader.facts }, error };
  }
}

const ping = event('ping');

test('events pass as they came, comments and those that are not known included', () => {
  const stream = `${started()}: hello\r\n\r\n${ping}${textBlock(0, 'Hi')}${event('future', { a: 1 })}${stopped('end_turn')}`;
  const { text, facts, error } = relay(stream);
  assert.equal(text, stream);
  assert.equal(error, undefined);
  assert.deepEqual([facts.finishReason, facts.contentBytes, facts.answeredModel], ['stop', 2, 'claude-sonnet-4-5']);
});

test('nothing but content is content: text, thinking, its signature, a call, redacted thinking', () => {
  const opening =
    started() + ping + event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  assert.equal(relay(opening).facts.contentSeen, false);
  for (const content of [
    textBlock(0, 'Hi'),
    toolBlock(0, 'toolu_1'),
    block(0, { type: 'redacted_thinking', data: 'x' }),
    block(0, { type: 'thinking', thinking: '' }, [{ type: 'signature_delta', signature: 's' }]),
    block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
  ]) {
    assert.equal(relay(started() + content).facts.contentSeen, true);
  }
});

test('an error before content can be met by another attempt, and one after it ends the answer', () => {
  const overloaded = event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } });
  const early = relay(started() + ping + overloaded);
  assert.deepEqual([early.error?.code, early.error?.next], ['error_in_answer', 'retry']);
  const late = relay(started() + textBlock(0, 'Hi') + overloaded);
  assert.deepEqual([late.error?.code, late.error?.next], ['error_in_answer', 'stop']);
  assert.equal(late.text, started() + textBlock(0, 'Hi'));
});

test('a stream without message_stop was cut, whatever came before', () => {
  const withoutEnd = (started() + textBlock(0, 'Hi') + stopped('end_turn')).replace(event('message_stop'), '');
  const { error, facts } = relay(withoutEnd);
  assert.equal(error?.code, 'cut');
  assert.deepEqual(facts.usage, { ...noUsage, inputUncached: 10, output: 7 });
  assert.equal(relay(started()).error?.code, 'connection_reset');
  assert.equal(relay('data: {"type"\n\n').error?.code, 'malformed_answer');
});

test('a second message_start and what comes behind message_stop are not relayed', () => {
  const stream = started() + textBlock(0, 'Hi') + stopped('end_turn');
  assert.equal(relay(`${started()}${stream}event: data\ndata: [DONE]\n\n`).text, stream);
});

test('both classes of cache writes are counted, and what OpenRouter charged is read', () => {
  const usage = {
    input_tokens: 3,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 40,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 },
    output_tokens: 1,
  };
  const end = event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7, cost: 0.0025 } });
  const stream = started({ usage }) + textBlock(0, 'Hi') + end + event('message_stop');
  const facts = relay(stream, [], openrouterMessagesAdapter).facts;
  const counted = { ...noUsage, inputUncached: 3, cacheRead: 100, cacheWrite5m: 10, cacheWrite1h: 30, output: 7 };
  assert.deepEqual([facts.usage, facts.reportedCostNanoUsd], [counted, 2_500_000n]);
  assert.equal(relay(stream).facts.reportedCostNanoUsd, undefined);
});

test('a whole message passes as it came, and is read', () => {
  const message = {
    id: 'msg_1',
    type: 'message',
    model: 'c',
    content: [
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 10, output_tokens: 7, service_tier: 'priority' },
  };
  const body = Buffer.from(`\n ${JSON.stringify(message)}`);
  const { facts, body: said } = anthropicMessagesAdapter.readWhole(body, providerRequest());
  assert.equal(said, body);
  assert.deepEqual(
    [facts.finishReason, facts.contentBytes, facts.usage, facts.serviceTier],
    ['tool_calls', 9, { ...noUsage, inputUncached: 10, output: 7 }, 'priority'],
  );
  for (const [text, code] of [
    ['{}', 'malformed_answer'],
    ['<html>', 'malformed_answer'],
    ['{"type":"error","error":{"type":"api_error","message":"x"}}', 'error_in_answer'],
  ] as const) {
    assert.throws(
      () => anthropicMessagesAdapter.readWhole(Buffer.from(text), providerRequest()),
      (error) => error instanceof AttemptError && error.code === code,
    );
  }
});

const folder = process.env['TOLLGATE_WIRE_DIR'];
const skip = folder === undefined && 'TOLLGATE_WIRE_DIR is not set';
const fixtures = join(import.meta.dirname, '../anthropic/fixtures');

/** What was learned, as the fixtures of the translating reader have it; bytes apart, which it counts of what it writes. */
const ledgerOf = ({ finishReason, usage, serviceTier }: AnswerFacts): JsonObject => ({
  finishReason,
  usage: Object.fromEntries(Object.entries(usage ?? {}).filter(([, tokens]) => tokens !== 0)),
  ...(serviceTier === undefined ? {} : { serviceTier }),
});

for (const file of readdirSync(fixtures)) {
  const name = file.replace(/\.json$/, '');
  const expected = tryParseJson(readFileSync(join(fixtures, file), 'utf8'));
  if (!isJsonArray(expected) || expected.some((each) => !isJsonObject(each) || each['kind'] === 'error')) continue;

  test(`${name} is relayed byte by byte however it is cut, and read as it is when it is translated`, { skip }, () => {
    const adapter = name.includes('openrouter') ? openrouterMessagesAdapter : anthropicMessagesAdapter;
    const source = readdirSync(folder ?? '').find((other) => other.startsWith(`${name}.`)) ?? '';
    readTranscripts(join(folder ?? '', source)).forEach(({ response: { body } }, index) => {
      const of = expected[index];
      assert.ok(isJsonObject(of) && isJsonObject(of['ledger']));
      const { contentBytes: _bytes, ...ledger } = of['ledger'];
      if (of['kind'] === 'whole') {
        assert.deepEqual(ledgerOf(adapter.readWhole(body, providerRequest()).facts), ledger);
        return;
      }
      const whole = relay(body, [], adapter);
      assert.equal(whole.error, undefined);
      if (!/^(?:39|54)/.test(name)) assert.equal(whole.text, body.toString('utf8'));
      assert.deepEqual(ledgerOf(whole.facts), ledger);
      const cuts = randomCuts(body.length, seededRandom(name), 100);
      assert.deepEqual(relay(body, cuts, adapter), whole);
    });
  });
}
