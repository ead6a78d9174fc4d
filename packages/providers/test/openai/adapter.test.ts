import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openaiAdapter } from '../../src/openai/adapter.ts';
import { providerRequest, type RequestOptions } from '../support/provider-request.ts';

const sent = (options: RequestOptions): string =>
  openaiAdapter.buildRequest(providerRequest(options)).body.toString('utf8');

test('a cap is added in the field that every OpenAI model takes', () => {
  assert.equal(sent({ body: '{"model":"m"}', outputCapTokens: 100 }), '{"model":"m","max_completion_tokens":100}');
});

test('reasoning models are capped by max_completion_tokens alone, whatever the caller used', () => {
  for (const model of ['o3', 'o4-mini', 'gpt-5', 'gpt-5.6', 'gpt-6-astra', 'ft:gpt-5-mini:acme']) {
    const body = `{"model":"${model}","max_tokens":900}`;
    const expected = `{"model":"${model}","max_completion_tokens":100}`;
    assert.equal(sent({ body, providerModel: model, outputCapTokens: 100 }), expected);
  }
});

test("the tighter of caller's two caps stays in force", () => {
  const body = '{"model":"o3","max_tokens":50,"max_completion_tokens":900}';
  assert.equal(sent({ body, providerModel: 'o3', outputCapTokens: 100 }), '{"model":"o3","max_completion_tokens":50}');
});

test('other models keep the field that the caller used', () => {
  for (const model of ['gpt-4o', 'gpt-4.1-mini', 'chatgpt-4o-latest']) {
    const body = `{"model":"${model}","max_tokens":900}`;
    assert.equal(sent({ body, providerModel: model, outputCapTokens: 100 }), body.replace('900', '100'));
  }
});

test('where no cap has to be set, the body stays: the provider has its say on it', () => {
  const body = '{"model":"o3","max_tokens":900}';
  assert.equal(sent({ body, providerModel: 'o3' }), body);
});

test('the request can be found at OpenAI by our id', () => {
  assert.equal(openaiAdapter.buildRequest(providerRequest()).headers['x-client-request-id'], 'req-1');
});
