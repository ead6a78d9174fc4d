import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildAnthropicRequest } from '../../src/anthropic/build-request.ts';
import { providerRequest } from '../support/provider-request.ts';
import {
  budgetModel,
  chatBody,
  eitherModel,
  newestModel,
  refusal,
  translate,
  translateRequest,
} from './support/translate.ts';

test('a chat completion becomes a message of the same model, question and cap', () => {
  const { body, dropped } = translate({}, { outputCapTokens: 500 });
  assert.deepEqual(body, {
    model: budgetModel,
    max_tokens: 500,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  });
  assert.deepEqual(dropped, []);
});

test('the request carries the credential, the version and the trace, and the accepted type goes by stream', () => {
  const options = { secret: 'sk-ant-1', traceparent: '00-1-2-01', providerModel: budgetModel };
  const whole = buildAnthropicRequest(providerRequest({ ...options, body: chatBody() }));
  assert.equal(whole.path, '/v1/messages');
  assert.equal(whole.headers['x-api-key'], 'sk-ant-1');
  assert.equal(whole.headers['anthropic-version'], '2023-06-01');
  assert.equal(whole.headers['traceparent'], '00-1-2-01');
  assert.equal(whole.headers['accept'], 'application/json');
  assert.equal(whole.headers['authorization'], undefined);
  const streamed = buildAnthropicRequest(providerRequest({ ...options, body: chatBody({ stream: true }) }));
  assert.equal(streamed.headers['accept'], 'text/event-stream');
  assert.match(streamed.body.toString(), /"stream":true/);
});

test('the attempt’s cap holds over the call’s, and without either the model’s largest is sent', () => {
  const request = providerRequest({ providerModel: budgetModel, body: chatBody(), outputCapTokens: 50 });
  const call = { ...request.call, outputCapTokens: 900 };
  const capOf = (changed: Partial<typeof request>) =>
    translateRequest({ ...request, call, ...changed }).body['max_tokens'];
  assert.equal(capOf({}), 50);
  assert.equal(capOf({ outputCapTokens: undefined }), 900);
  assert.equal(translate({}).body['max_tokens'], 64_000);
  assert.equal(translate({}, { providerModel: 'claude-3-haiku-20240307' }).body['max_tokens'], 4096);
  assert.equal(translate({}, { providerModel: newestModel }).body['max_tokens'], 128_000);
  assert.equal(translate({}, { providerModel: 'minimax-m3' }).body['max_tokens'], 32_000);
});

test('a cap above the model’s largest becomes that, and stays where the model is unknown', () => {
  assert.equal(translate({}, { outputCapTokens: 900_000 }).body['max_tokens'], 64_000);
  assert.equal(translate({}, { outputCapTokens: 900_000, providerModel: 'minimax-m3' }).body['max_tokens'], 900_000);
});

test('who asks becomes metadata, a long name by its hash', () => {
  assert.deepEqual(translate({ user: 'u-1' }).body['metadata'], { user_id: 'u-1' });
  assert.deepEqual(translate({ user: 'u-1', safety_identifier: 's-1' }).body['metadata'], { user_id: 's-1' });
  const hashed = translate({ user: 'u'.repeat(300) }).body['metadata'];
  assert.match(JSON.stringify(hashed), /^{"user_id":"[0-9a-f]{64}"}$/);
  assert.throws(() => translate({ user: 7 }), refusal('invalid_field', 'user'));
});

test('service tiers are mapped where Anthropic has them', () => {
  assert.equal(translate({ service_tier: 'auto' }).body['service_tier'], 'auto');
  assert.equal(translate({ service_tier: 'default' }).body['service_tier'], 'standard_only');
  const flex = translate({ service_tier: 'flex' });
  assert.equal(flex.body['service_tier'], undefined);
  assert.deepEqual(flex.dropped, ['service_tier']);
});

test('fields that only hint are left out by name, and neutral values silently', () => {
  const { body, dropped } = translate({
    seed: 7,
    frequency_penalty: 0.5,
    verbosity: 'low',
    provider: { sort: 'price' },
  });
  assert.deepEqual(dropped, ['seed', 'frequency_penalty', 'verbosity', 'provider']);
  assert.deepEqual(Object.keys(body), ['model', 'max_tokens', 'messages']);
  const neutral = { n: 1, logprobs: false, logit_bias: {}, presence_penalty: 0, store: false, modalities: ['text'] };
  assert.deepEqual(translate({ ...neutral, seed: null }).dropped, []);
});

test('names of speakers and the detail of images are named once when they are left out', () => {
  const image = { type: 'image_url', image_url: { url: 'https://a.example/i.png', detail: 'high' } };
  const messages = [
    { role: 'user', name: 'ann', content: [image, image] },
    { role: 'user', name: 'bob', content: 'And?' },
  ];
  assert.deepEqual(translate({ messages }).dropped, ['messages[].name', 'messages[].content[].image_url.detail']);
});

test('fields whose loss would make another answer are refused by name', () => {
  const refused = {
    n: 2,
    logprobs: true,
    top_logprobs: 3,
    logit_bias: { '50256': -100 },
    modalities: ['text', 'audio'],
    audio: { voice: 'alloy', format: 'wav' },
    web_search_options: {},
    functions: [],
    function_call: 'auto',
  };
  for (const [name, value] of Object.entries(refused)) {
    assert.throws(() => translate({ [name]: value }), refusal('unsupported_field', name));
  }
});

test('stop becomes an array without blank sequences', () => {
  assert.deepEqual(translate({ stop: 'END' }).body['stop_sequences'], ['END']);
  const some = translate({ stop: ['a', ' \n', 'b'] });
  assert.deepEqual(some.body['stop_sequences'], ['a', 'b']);
  assert.deepEqual(some.dropped, ['stop']);
  assert.equal(translate({ stop: null }).body['stop_sequences'], undefined);
  assert.throws(() => translate({ stop: ['a', 5] }), refusal('invalid_field', 'stop[1]'));
});

test('temperature is sent below 1, and what is above becomes the default of 1', () => {
  assert.equal(translate({ temperature: 0 }).body['temperature'], 0);
  assert.equal(translate({ temperature: 1 }).body['temperature'], undefined);
  const hot = translate({ temperature: 1.5 });
  assert.equal(hot.body['temperature'], undefined);
  assert.deepEqual(hot.dropped, ['temperature']);
  assert.throws(() => translate({ temperature: 3 }), refusal('invalid_field', 'temperature'));
  assert.throws(() => translate({ temperature: '0' }), refusal('invalid_field', 'temperature'));
});

test('temperature and top_p never go together', () => {
  const both = translate({ temperature: 0.2, top_p: 0.5 });
  assert.deepEqual([both.body['temperature'], both.body['top_p']], [0.2, undefined]);
  assert.deepEqual(both.dropped, ['top_p']);
  const neutral = translate({ temperature: 1, top_p: 0.5, top_k: 40 });
  assert.deepEqual([neutral.body['top_p'], neutral.body['top_k']], [0.5, 40]);
  assert.deepEqual(neutral.dropped, []);
});

test('json_schema is enforced, with objects closed that say nothing of other members', () => {
  const schema = {
    type: 'object',
    properties: {
      type: { type: 'string' },
      at: { type: 'object', properties: {} },
      all: { type: 'array', items: { type: 'object' } },
    },
    $defs: { map: { type: 'object', additionalProperties: { type: 'string' } } },
  };
  const format = { type: 'json_schema', json_schema: { name: 'x', schema } };
  const { body } = translate({ response_format: format }, { providerModel: eitherModel });
  assert.deepEqual(body['output_config'], {
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          at: { type: 'object', properties: {}, additionalProperties: false },
          all: { type: 'array', items: { type: 'object', additionalProperties: false } },
        },
        $defs: { map: { type: 'object', additionalProperties: { type: 'string' } } },
        additionalProperties: false,
      },
    },
  });
  assert.throws(
    () => translate({ response_format: format }, { providerModel: 'claude-3-5-haiku-20241022' }),
    refusal('unsupported_field', 'response_format.type'),
  );
  assert.throws(
    () => translate({ response_format: { type: 'json_schema', json_schema: { name: 'x' } } }),
    refusal('invalid_field', 'response_format.json_schema.schema'),
  );
});

test('json_object becomes an instruction behind the caller’s own', () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello' },
  ];
  const { body } = translate({ messages, response_format: { type: 'json_object' } });
  assert.deepEqual(body['system'], [
    { type: 'text', text: 'Be brief.' },
    { type: 'text', text: 'Answer with one JSON object and nothing else: no prose, no code fence.' },
  ]);
  assert.equal(translate({ response_format: { type: 'text' } }).body['system'], undefined);
  assert.throws(
    () => translate({ response_format: { type: 'xml' } }),
    refusal('invalid_field', 'response_format.type'),
  );
  assert.throws(() => translate({ response_format: {} }), refusal('invalid_field', 'response_format.type'));
});

test('more cache breakpoints than Anthropic takes are refused, the automatic one counted', () => {
  const cache_control = { type: 'ephemeral' };
  const parts = ['a', 'b', 'c', 'd'].map((text) => ({ type: 'text', text, cache_control }));
  const messages = [{ role: 'user', content: parts }];
  assert.doesNotThrow(() => translate({ messages }));
  assert.throws(() => translate({ messages, cache_control }), refusal('invalid_field', 'cache_control'));
  assert.deepEqual(translate({ cache_control }).body['cache_control'], cache_control);
});
