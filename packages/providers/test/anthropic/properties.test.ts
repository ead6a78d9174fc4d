import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, GatewayError, isJsonArray, isJsonObject, tryParseJson } from '@tollgate/core';
import fc from 'fast-check';
import { chatCompletions, models } from './support/conversations.ts';
import { forbiddenIn } from './support/forbidden.ts';
import {
  block,
  event,
  readStream,
  readWhole,
  started,
  stopped,
  textBlock,
  toolBlock,
} from './support/message-stream.ts';
import { replaceAt } from './support/replace-at.ts';
import { functionTool, toolCall, translate, type Overrides, type Translated } from './support/translate.ts';

/** The request, or undefined where it was refused as it may be. */
function tryTranslate(overrides: Overrides, providerModel: string, outputCapTokens?: number): Translated | undefined {
  try {
    return translate(overrides, { providerModel, ...(outputCapTokens === undefined ? {} : { outputCapTokens }) });
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

test('no conversation becomes a request that Anthropic forbids', () => {
  let translated = 0;
  fc.assert(
    fc.property(chatCompletions, models, fc.option(fc.integer({ min: 1, max: 200_000 })), (body, model, cap) => {
      const request = tryTranslate(body, model, cap ?? undefined);
      if (request === undefined) return;
      translated += 1;
      assert.deepEqual(forbiddenIn(request.body, model), []);
    }),
    { numRuns: 1500 },
  );
  assert.ok(translated > 500, `only ${translated} conversations could be translated`);
});

test('the same conversation always becomes the same bytes', () => {
  fc.assert(
    fc.property(chatCompletions, models, (body, model) => {
      assert.deepEqual(tryTranslate(body, model), tryTranslate(body, model));
    }),
    { numRuns: 100 },
  );
});

const completeBody: Overrides = {
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'b' },
        { type: 'image_url', image_url: { url: 'https://a.example/i.png', detail: 'low' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' } },
      ],
    },
    {
      role: 'assistant',
      content: 'c',
      tool_calls: [toolCall('x')],
      reasoning_details: [
        { type: 'reasoning.text', text: 'd', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      ],
    },
    { role: 'tool', tool_call_id: 'x', content: [{ type: 'text', text: 'e' }] },
  ],
  tools: [functionTool('f', { description: 'g', strict: true, cache_control: { type: 'ephemeral' } })],
  tool_choice: {
    type: 'allowed_tools',
    allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
  },
  parallel_tool_calls: false,
  response_format: { type: 'json_schema', json_schema: { name: 'h', schema: { type: 'object', properties: {} } } },
  reasoning: { effort: 'low', max_tokens: 2000, enabled: true },
  temperature: 0.5,
  top_p: 0.5,
  top_k: 5,
  stop: ['i'],
  user: 'j',
  service_tier: 'auto',
  cache_control: { type: 'ephemeral' },
};

test('a request with anything in any place is translated or refused, and never breaks', () => {
  assert.doesNotThrow(() => translate(completeBody));
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', 0, -1, 1e308, [], {}, 'data:,', 'https://['));
  let refused = 0;
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 7 }), anything, models, (path, value, model) => {
      const json = tryParseJson(JSON.stringify(value)) ?? null;
      const changed = replaceAt(tryParseJson(JSON.stringify(completeBody)), path, json);
      assert.ok(isJsonObject(changed));
      if (tryTranslate(changed, model) === undefined) refused += 1;
    }),
    { numRuns: 2000 },
  );
  assert.ok(refused > 200, `only ${refused} were refused`);
});

test('huge conversations are translated in time that grows with their size alone', () => {
  const round = [
    { role: 'assistant', content: null, tool_calls: [toolCall('call_0')] },
    { role: 'tool', tool_call_id: 'call_0', content: 'r' },
    { role: 'system', content: 's' },
  ];
  const messages = [{ role: 'user', content: 'a' }, ...Array.from({ length: 20_000 }, () => round).flat()];
  const { body } = translate({ messages }, { providerModel: 'claude-opus-5' });
  assert.ok(isJsonArray(body['messages']) && body['messages'].length === 60_001);
});

const anyStream =
  started() +
  ': comment\r\n\r\n' +
  event('ping') +
  block(0, { type: 'thinking', thinking: '', signature: '' }, [{ type: 'thinking_delta', thinking: '∑ê' }]) +
  textBlock(1, 'Grüße ', '👩‍👩‍👧 ', '日本').replaceAll('\n', '\r\n') +
  toolBlock(2, 'toolu_1', '{"a"', ':"é"}') +
  event('ping').replaceAll('\n', '\r');
const whole = Buffer.from(anyStream + stopped('tool_use'));
const failing = Buffer.from(anyStream + event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }));

test('a stream cut anywhere, within characters and line ends too, reads the same', () => {
  const read = (bytes: Buffer, cuts: readonly number[]) => {
    const { text, facts, error } = readStream(bytes, { cuts, wantsStreamUsage: true });
    return { text, facts: { ...facts }, error: error?.code };
  };
  for (const bytes of [whole, failing]) {
    const expected = read(bytes, []);
    assert.equal(expected.error, bytes === failing ? 'error_in_answer' : undefined);
    for (let cut = 1; cut < bytes.length; cut += 1) assert.deepEqual(read(bytes, [cut]), expected);
    assert.deepEqual(read(bytes, [...bytes.keys()]), expected);
  }
});

test('an answer of anything is read or fails as an attempt, and never breaks', () => {
  const types = [
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
    'error',
  ];
  const fields = fc.record({
    index: fc.oneof(fc.nat(2), fc.jsonValue()),
    message: fc.oneof(fc.constant({ id: 'm', model: 'c', content: [] }), fc.jsonValue()),
    content_block: fc.oneof(
      fc.record({ type: fc.constantFrom('text', 'tool_use', 'thinking'), text: fc.jsonValue(), input: fc.jsonValue() }),
      fc.jsonValue(),
    ),
    delta: fc.oneof(
      fc.record({
        type: fc.constantFrom('text_delta', 'input_json_delta', 'citations_delta'),
        text: fc.jsonValue(),
        citation: fc.jsonValue(),
      }),
      fc.jsonValue(),
    ),
    usage: fc.jsonValue(),
  });
  const frames = fc.array(fc.tuple(fc.constantFrom(...types), fields), { maxLength: 10 });
  fc.assert(
    fc.property(frames, fc.boolean(), (events, isStarted) => {
      const stream = events.map(([type, more]) => `data: ${JSON.stringify({ ...more, type })}\n\n`).join('');
      readStream((isStarted ? started() : '') + stream);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fields, fc.jsonValue(), (more, content) => {
      try {
        readWhole({ type: 'message', ...more, content: [more.content_block, content] });
      } catch (error) {
        assert.ok(error instanceof AttemptError);
      }
    }),
    { numRuns: 500 },
  );
});
