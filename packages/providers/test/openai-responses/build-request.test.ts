import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '@tollgate/core';
import { openaiResponsesAdapter } from '../../src/openai/adapter.ts';
import { openrouterResponsesAdapter } from '../../src/openrouter/adapter.ts';
import { carryReasoning } from '../../src/openai-responses/carried-reasoning.ts';
import { providerRequest, type RequestOptions } from '../support/provider-request.ts';

const sent = (options: RequestOptions): string =>
  openaiResponsesAdapter.buildRequest(providerRequest(options)).body.toString('utf8');

test('where nothing has to change, the bytes are the same buffer', () => {
  const request = providerRequest({ body: '{ "model":"m", "input" : "x", "unknown": 1.0 }' });
  const wire = openaiResponsesAdapter.buildRequest(request);
  assert.equal(wire.body, request.call.body.raw);
  assert.deepEqual([wire.path, wire.droppedFields], ['/responses', []]);
});

test("only model and cap are spliced, and a smaller cap of the caller's stays", () => {
  const body = '{ "model":"alias", "input":"x", "max_output_tokens":900 }';
  assert.equal(
    sent({ body, providerModel: 'gpt-5', outputCapTokens: 100 }),
    '{ "model":"gpt-5", "input":"x", "max_output_tokens":100 }',
  );
  assert.equal(sent({ body, providerModel: 'alias', outputCapTokens: 1000 }), body);
  assert.equal(
    sent({ body: '{"model":"m","input":"x"}', outputCapTokens: 100 }),
    '{"model":"m","input":"x","max_output_tokens":100}',
  );
});

test('reasoning of another kind of provider is left out, with the ids of its turn, and named', () => {
  const encrypted_content = carryReasoning([{ type: 'reasoning.text', text: 't', signature: 's', index: 0 }]);
  const input = [
    { type: 'message', role: 'user', content: 'q' },
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content },
    { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c', output: 'r' },
  ];
  const wire = openaiResponsesAdapter.buildRequest(providerRequest({ body: JSON.stringify({ model: 'm', input }) }));
  const [question, , call, result] = input;
  assert.deepEqual(JSON.parse(wire.body.toString('utf8')), {
    model: 'm',
    input: [question, { type: 'function_call', call_id: 'c', name: call?.name, arguments: '{}' }, result],
  });
  assert.deepEqual(wire.droppedFields, ['input[].encrypted_content']);
});

test('text that merely quotes such reasoning changes nothing', () => {
  const body = JSON.stringify({ model: 'm', input: 'tgr1.abc' });
  assert.equal(sent({ body }), body);
});

test('OpenRouter is not let choose among models that were not admitted', () => {
  const request = providerRequest({ body: '{"model":"m","input":"x","models":["other"]}' });
  assert.throws(
    () => openrouterResponsesAdapter.buildRequest(request),
    (error: unknown) => error instanceof GatewayError && error.param === 'models',
  );
});
