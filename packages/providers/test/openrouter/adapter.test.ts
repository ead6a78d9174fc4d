import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError, type JsonObject, type NanoUsd } from '@tollgate/core';
import { openrouterAdapter } from '../../src/openrouter/adapter.ts';
import { parseReportedCost } from '../../src/openrouter/parse-usage.ts';
import { chunk, done } from '../support/chat-answers.ts';
import { providerRequest, streamingBody } from '../support/provider-request.ts';

const costs: readonly (readonly [string, JsonObject, NanoUsd | undefined])[] = [
  ['a small number, which JavaScript writes with an exponent', { cost: 3.9e-6 }, 3900n],
  ['zero', { cost: 0 }, 0n],
  ['less than a nano-USD, rounded up', { cost: 1e-12 }, 1n],
  ['text', { cost: '0.000081' }, 81_000n],
  ['none', {}, undefined],
  ['null', { cost: null }, undefined],
  ['a negative one', { cost: -1 }, undefined],
  ['more than any budget', { cost: 1e300 }, undefined],
  [
    "without BYOK the provider's share is in it",
    { cost: 1e-6, is_byok: false, cost_details: { upstream_inference_cost: 1e-6 } },
    1000n,
  ],
  [
    "with BYOK the provider's bill comes on top",
    { cost: 1e-6, is_byok: true, cost_details: { upstream_inference_cost: 2e-5 } },
    21_000n,
  ],
  [
    'with BYOK and no bill known, the fee',
    { cost: 1e-6, is_byok: true, cost_details: { upstream_inference_cost: null } },
    1000n,
  ],
];

for (const [what, usage, nanoUsd] of costs) {
  test(`reported cost: ${what}`, () => assert.equal(parseReportedCost(usage), nanoUsd));
}

test('usage with a cost, in a chunk that still has a choice, stays for the caller and ends the answer once', () => {
  const reader = openrouterAdapter.createStreamReader(providerRequest({ body: streamingBody }));
  const stream =
    ': OPENROUTER PROCESSING\n\n' +
    chunk({ choices: [{ index: 0, delta: { content: 'P' }, finish_reason: null, native_finish_reason: null }] }) +
    chunk({ choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop', native_finish_reason: 'stop' }] }) +
    chunk({
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'stop', native_finish_reason: 'stop' }],
      usage: { prompt_tokens: 14, completion_tokens: 3, cost: 3.9e-6 },
    }) +
    done;
  assert.equal(reader.push(Buffer.from(stream)).toString(), stream);
  assert.equal(reader.end().length, 0);
  assert.equal(reader.facts.finishReason, 'stop');
  assert.equal(reader.facts.reportedCostNanoUsd, 3900n);
});

test('a list of models is refused: another one than the admitted one could answer', () => {
  const body = { model: 'm', messages: [], models: ['dear/model'] };
  assert.throws(
    () => openrouterAdapter.buildRequest(providerRequest({ body })),
    (error: unknown) => error instanceof GatewayError && error.code === 'unsupported_field' && error.param === 'models',
  );
});

test("OpenRouter's other fields pass untouched", () => {
  const body =
    '{"model":"m","provider":{"order":["Azure"],"zdr":true},"reasoning":{"effort":"low"},"transforms":[],"models":null}';
  assert.equal(openrouterAdapter.buildRequest(providerRequest({ body })).body.toString(), body);
});

test('the request is known by its generation id', () => {
  assert.equal(openrouterAdapter.requestIdHeader, 'x-generation-id');
});
