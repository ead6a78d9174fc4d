import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptError, GatewayError, noUsage, tryParseJson } from '@tollgate/core';
import { anthropicMessagesAdapter } from '../../src/anthropic-messages/adapter.ts';
import { countTokensAdapter } from '../../src/anthropic-messages/count-tokens.ts';
import type { Adapter } from '../../src/base/adapter.ts';
import { sealHeaders } from '../../src/base/egress.ts';
import { messagesOverChat } from '../../src/messages-over-chat/protocol.ts';
import { openrouterMessagesAdapter } from '../../src/openrouter/messages-adapter.ts';
import { answerContext } from '../messages-over-chat/support/messages.ts';
import { providerRequest, type RequestOptions } from '../support/provider-request.ts';

const body = '{ "model":"alias", "max_tokens" : 900, "messages":[{"role":"user","content":"Hi"}], "unknown":1.0 }';
const sent = (options: RequestOptions, adapter: Adapter = anthropicMessagesAdapter): string =>
  adapter.buildRequest(providerRequest(options)).body.toString('utf8');

test('where nothing has to change, the bytes are the same buffer', () => {
  const request = providerRequest({ body, providerModel: 'alias' });
  const wire = anthropicMessagesAdapter.buildRequest(request);
  assert.equal(wire.body, request.call.body.raw);
  assert.deepEqual(wire.droppedFields, []);
});

test("only model and cap are spliced, and a smaller cap of the caller's stays", () => {
  const changed = body.replace('alias', 'claude-opus-5').replace('900', '100');
  assert.equal(sent({ body, providerModel: 'claude-opus-5', outputCapTokens: 100 }), changed);
  assert.equal(sent({ body, providerModel: 'alias', outputCapTokens: 1000 }), body);
});

test('each place has its own path and its own credential', () => {
  const at = (adapter: Adapter) => {
    const { path, headers } = adapter.buildRequest(providerRequest({ body, secret: 'sk-1' }));
    return [path, headers['x-api-key'], headers['authorization'], sealHeaders(headers)['anthropic-version']];
  };
  assert.deepEqual(at(anthropicMessagesAdapter), ['/v1/messages', 'sk-1', undefined, '2023-06-01']);
  assert.deepEqual(at(openrouterMessagesAdapter), ['/messages', undefined, 'Bearer sk-1', '2023-06-01']);
  assert.deepEqual(at(countTokensAdapter), ['/v1/messages/count_tokens', 'sk-1', undefined, '2023-06-01']);
});

test('betas of the wire pass, and others are left out by name', () => {
  const betas = (text: string) => {
    const callerHeaders = { 'anthropic-version': '2023-06-01', 'anthropic-beta': text };
    const { headers, droppedFields } = anthropicMessagesAdapter.buildRequest(providerRequest({ body, callerHeaders }));
    return [headers['anthropic-beta'], droppedFields];
  };
  assert.deepEqual(betas('claude-code-20250219, interleaved-thinking-2025-05-14'), [
    'claude-code-20250219,interleaved-thinking-2025-05-14',
    [],
  ]);
  assert.deepEqual(betas('files-api-2025-04-14,context-1m-2025-08-07,, é\r\nx: y'), [
    undefined,
    ['anthropic-beta: files-api-2025-04-14', 'anthropic-beta: context-1m-2025-08-07', 'anthropic-beta: ___x__y'],
  ]);
});

test('a version that is none is the default one', () => {
  const callerHeaders = { 'anthropic-version': '2023-06-01\r\nx: y' };
  const { headers } = anthropicMessagesAdapter.buildRequest(providerRequest({ body, callerHeaders }));
  assert.equal(headers['anthropic-version'], '2023-06-01');
});

const refusedAt = (fields: object, adapter: Adapter): string | undefined => {
  try {
    adapter.buildRequest(providerRequest({ body: JSON.stringify({ model: 'm', messages: [], ...fields }) }));
    return undefined;
  } catch (error) {
    assert.ok(error instanceof GatewayError && error.code === 'unsupported_field');
    return error.param;
  }
};

test('what lets others answer, refers to stored things or has a price of its own is refused everywhere', () => {
  for (const adapter of [anthropicMessagesAdapter, openrouterMessagesAdapter, countTokensAdapter]) {
    for (const [name, value] of Object.entries({
      container: 'c',
      mcp_servers: [],
      thread: {},
      fallbacks: ['m2'],
      inference_geo: 'us',
      speed: 'fast',
    })) {
      assert.equal(refusedAt({ [name]: value }, adapter), name);
    }
    assert.equal(
      refusedAt({ speed: 'standard', container: null, context_management: { edits: [] } }, adapter),
      undefined,
    );
  }
  assert.equal(refusedAt({ models: ['a'] }, openrouterMessagesAdapter), 'models');
});

test('tools that cost a fee are refused where the answer does not name the fee', () => {
  const search = {
    tools: [
      { name: 'f', input_schema: {} },
      { type: 'web_search_20250305', name: 'web_search' },
    ],
  };
  assert.equal(refusedAt(search, anthropicMessagesAdapter), 'tools[1].type');
  assert.equal(refusedAt(search, openrouterMessagesAdapter), undefined);
  const own = { tools: [{ type: 'text_editor_20250728', name: 'e' }, { type: 'tool_search_tool_bm25_20251119' }] };
  assert.equal(refusedAt(own, anthropicMessagesAdapter), undefined);
});

test('thinking of another kind of provider is left out of earlier turns, and named', () => {
  const completion = { choices: [{ message: { reasoning: 'Hm', content: 'Hi' }, finish_reason: 'stop' }] };
  const { content } = messagesOverChat.writeWhole(completion, answerContext());
  const messages = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content },
    { role: 'user', content: [{ type: 'text', text: 'and?', cache_control: { type: 'ephemeral' } }] },
  ];
  const wire = anthropicMessagesAdapter.buildRequest(
    providerRequest({ body: JSON.stringify({ model: 'm', messages }) }),
  );
  assert.deepEqual(tryParseJson(wire.body.toString()), {
    model: 'm',
    messages: [messages[0], { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] }, messages[2]],
  });
  assert.deepEqual(wire.droppedFields, ['messages[].content[].thinking']);
});

test('tokens are counted without a cap, free of charge', () => {
  const counted = '{"model":"m","messages":[]}';
  assert.equal(sent({ body: counted, providerModel: 'm', outputCapTokens: 10 }, countTokensAdapter), counted);
  const answer = countTokensAdapter.readWhole(Buffer.from('{"input_tokens":12}'), providerRequest());
  assert.equal(answer.body.toString(), '{"input_tokens":12}');
  assert.deepEqual(answer.facts.usage, noUsage);
  for (const [text, code] of [
    ['{}', 'malformed_answer'],
    ['<html>', 'malformed_answer'],
    ['{"type":"error","error":{"type":"overloaded_error","message":"x"}}', 'error_in_answer'],
  ] as const) {
    assert.throws(
      () => countTokensAdapter.readWhole(Buffer.from(text), providerRequest()),
      (error) => error instanceof AttemptError && error.code === code,
    );
  }
});
