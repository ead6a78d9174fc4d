import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPriceBook, parseJsonBody, type Call, type Target } from '@tollgate/core';
import { costBound, type BoundRules } from '../src/admission/cost-bound.ts';
import { readChatCall } from '../src/calls/read-chat-call.ts';

const textOf = (text: string): Call => readChatCall(parseJsonBody(Buffer.from(text)));

const callOf = (body: object): Call =>
  textOf(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], max_tokens: 1, ...body }));

const partsOf = (...content: readonly object[]): object => ({ messages: [{ role: 'user', content }] });

const at = (provider: string, providerModel = 'm'): Target => ({ provider, providerModel, weight: undefined });

const rules: BoundRules = {
  prices: createPriceBook({
    overrides: {
      absurd: { m: { input: 1, output: 10_000 } },
      cheap: { m: { input: 1, output: 2, context_window: 100_000, max_output: 4000 } },
      dear: { m: { input: 3, output: 15, cache_write: 6, context_window: 200_000, max_output: 8000 } },
      open: { m: { input: 1, output: 1 } },
      tiered: { m: { input: 1, output: 1, above: [{ input_tokens: 2000, input: 5, output: 7 }] } },
      served: { m: { input: 1, output: 1, service_tiers: { priority: { input: 4, output: 9 } } } },
      openai: {
        'gpt-4o': { input: 1, output: 1, context_window: 128_000 },
        'gpt-4o-mini': { input: 1, output: 1, context_window: 128_000 },
        'gpt-9': { input: 1, output: 1, context_window: 128_000 },
      },
      openrouter: { 'anthropic/claude-sonnet-4.5': { input: 1, output: 1, context_window: 200_000 } },
    },
    shipped: {},
    typeOf: () => undefined,
  }),
  chargesForFiles: (provider) => provider === 'openrouter',
};

/** In nano-USD, at one target. */
function boundOf(call: Call, ...targets: readonly Target[]): bigint {
  const cost = costBound(call, targets.length > 0 ? targets : [at('cheap')], rules);
  assert.ok(cost.kind === 'bounded', cost.kind === 'unbounded' ? cost.because : '');
  return cost.boundNanoUsd;
}

function fieldAtFault(call: Call, ...targets: readonly Target[]): string | undefined {
  const cost = costBound(call, targets.length > 0 ? targets : [at('cheap')], rules);
  assert.ok(cost.kind === 'unbounded');
  return cost.param;
}

const hidden = 1024;

describe('the cost bound of a call', () => {
  it('is every byte of the body as a token of the dearest input class, and the whole cap', () => {
    const call = callOf({ max_tokens: 100 });
    assert.equal(boundOf(call, at('dear')), BigInt((call.body.raw.length + hidden) * 6000 + 100 * 15_000));
  });

  it('is that of its dearest target', () => {
    const call = callOf({ max_tokens: 100 });
    assert.equal(boundOf(call, at('cheap'), at('dear')), boundOf(call, at('dear')));
  });

  it('counts tools and schemas by their bytes', () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { enum: ['x'.repeat(500)] } } }];
    const more = callOf({ tools }).body.raw.length - callOf({}).body.raw.length;
    assert.ok(more > 500);
    assert.equal(boundOf(callOf({ tools })) - boundOf(callOf({})), BigInt(more) * 1000n);
  });

  it('counts every answer asked for', () => {
    const [one, four] = [callOf({ max_tokens: 100, n: 1 }), callOf({ max_tokens: 100, n: 4 })];
    assert.equal(boundOf(four) - boundOf(one), 300n * 2000n);
  });

  it('goes by the rates of a long input where the input may be long', () => {
    const long = callOf({ messages: [{ role: 'user', content: 'x'.repeat(2000) }] });
    assert.equal(boundOf(long, at('tiered')), BigInt((long.body.raw.length + hidden) * 5000 + 7000));
    const short = callOf({});
    assert.equal(boundOf(short, at('tiered')), BigInt((short.body.raw.length + hidden) * 1000 + 1000));
  });

  it('goes by the service tier that is asked for, and does not exist where that has no price', () => {
    const call = callOf({ service_tier: 'priority' });
    assert.equal(boundOf(call, at('served')), BigInt((call.body.raw.length + hidden) * 4000 + 9000));
    assert.equal(fieldAtFault(call, at('cheap')), 'service_tier');
  });

  it('is never more than the context window', () => {
    const call = callOf({ messages: [{ role: 'user', content: 'x'.repeat(200_000) }] });
    assert.equal(boundOf(call), 100_000n * 1000n + 2000n);
  });

  it('counts a character as what a normalising tokeniser makes of it, escaped or not', () => {
    const ligature = '\uFDFA'.repeat(100);
    const plain = callOf({ messages: [{ role: 'user', content: ligature }] });
    const bytes = Buffer.byteLength(JSON.stringify(plain.body.value).normalize('NFKC'));
    assert.ok(bytes > 3000 && plain.body.raw.length < 500);
    const expected = BigInt(bytes + hidden) * 1000n + 2000n;
    assert.equal(boundOf(plain), expected);
    assert.equal(boundOf(textOf(plain.body.raw.toString().replaceAll('\uFDFA', '\\ufdfa'))), expected);
  });

  it('caps the output by the smallest maximum of the targets where the caller did not', () => {
    const cost = costBound(callOf({ max_tokens: undefined }), [at('dear'), at('cheap')], rules);
    assert.equal(cost.kind === 'bounded' ? cost.outputCost.capTokens : undefined, 4000);
    assert.equal(fieldAtFault(callOf({ max_tokens: undefined }), at('open')), 'max_tokens');
  });

  it('lets a cap be lowered to 64 tokens, and not below what the caller asks for', () => {
    const leastOf = (max_tokens: number): number | undefined => {
      const cost = costBound(callOf({ max_tokens }), [at('cheap')], rules);
      return cost.kind === 'bounded' ? cost.outputCost.leastTokens : undefined;
    };
    assert.deepEqual([leastOf(1000), leastOf(10)], [64, 10]);
  });

  it('does not exist beyond nine million USD, which is the largest budget', () => {
    assert.equal(fieldAtFault(callOf({ n: 128, max_tokens: 10_000_000 }), at('absurd')), 'max_tokens');
    assert.equal(boundOf(callOf({ n: 128, max_tokens: 7_000_000 }), at('absurd')) > 8_900_000_000_000_000n, true);
  });

  it('does not exist for a target without a price', () => {
    assert.equal(fieldAtFault(callOf({}), at('cheap'), at('cheap', 'unknown')), 'model');
  });
});

describe('the cost bound of images', () => {
  const image = (url: string): object => ({ type: 'image_url', image_url: { url } });
  const imagesAt = (target: Target, ...urls: readonly string[]): bigint =>
    boundOf(callOf(partsOf(...urls.map(image))), target);

  it('goes by the formula of the model, however large the image is', () => {
    const small = 'data:image/png;base64,AAAA';
    const large = `data:image/png;base64,${'A'.repeat(50_000)}`;
    const target = at('openai', 'gpt-4o');
    assert.equal(imagesAt(target, large), imagesAt(target, small));
    assert.equal(imagesAt(target, small), imagesAt(target, 'https://example.com/a.png'));
    const second = imagesAt(target, small, small) - imagesAt(target, small);
    const envelope = JSON.stringify(image('')).length + 1;
    assert.equal(second, BigInt(85 + 8 * 170 + envelope) * 1000n);
  });

  it('knows that small models count an image as more tokens', () => {
    const urls = ['https://example.com/a.png'];
    const difference = imagesAt(at('openai', 'gpt-4o-mini'), ...urls) - imagesAt(at('openai', 'gpt-4o'), ...urls);
    assert.equal(difference, BigInt(2833 + 8 * 5667 - (85 + 8 * 170)) * 1000n);
  });

  it("goes by the vendor's formula at OpenRouter too", () => {
    const bound = imagesAt(at('openrouter', 'anthropic/claude-sonnet-4.5'), 'https://example.com/a.png');
    assert.ok(bound < 4000n * 1000n && bound > 1600n * 1000n);
  });

  it('is the context window where no formula is known, or none at all', () => {
    assert.equal(imagesAt(at('openai', 'gpt-9'), 'https://example.com/a.png'), 128_001n * 1000n);
    assert.equal(fieldAtFault(callOf(partsOf(image('https://example.com/a.png'))), at('open')), 'messages');
  });
});

describe('the cost bound of what is only referred to', () => {
  const file = { type: 'file', file: { file_id: 'f-1' } };
  const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };

  for (const part of [file, audio]) {
    it(`is the context window for ${part.type}, or none at all`, () => {
      assert.equal(boundOf(callOf(partsOf(part))), 100_000n * 1000n + 2000n);
      assert.equal(fieldAtFault(callOf(partsOf(part)), at('open')), 'messages');
    });
  }

  it('is the context window for an earlier spoken answer', () => {
    const messages = [{ role: 'assistant', audio: { id: 'audio-1' } }];
    assert.equal(boundOf(callOf({ messages })), 100_000n * 1000n + 2000n);
  });

  it('does not exist for files where the provider charges for reading them', () => {
    assert.equal(fieldAtFault(callOf(partsOf(file)), at('openrouter', 'anthropic/claude-sonnet-4.5')), 'messages');
  });
});

describe('no cost bound exists', () => {
  const costly: Record<string, unknown> = {
    plugins: [{ id: 'web' }],
    web_search_options: {},
    prediction: { type: 'content', content: 'x' },
    audio: { voice: 'x', format: 'wav' },
    modalities: ['text', 'audio'],
    tools: [{ type: 'function', function: { name: 'f' } }, { type: 'web_search' }],
    models: ['dearer'],
    route: 'fallback',
    preset: 'p',
    provider: { sort: 'throughput' },
    previous_response_id: 'r-1',
    a_field_of_tomorrow: true,
  };

  for (const [field, value] of Object.entries(costly)) {
    it(`with \`${field}\`, and it is named`, () => {
      assert.equal(fieldAtFault(callOf({ [field]: value })), field);
    });
  }

  it('for members of that kind only: null and text alone ask for nothing', () => {
    boundOf(callOf({ plugins: null, modalities: ['text'], tools: [{ type: 'custom', custom: { name: 'c' } }] }));
  });
});
