import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPriceBook, GatewayError, parseJsonBody, type Call, type JsonBody, type Target } from '@tollgate/core';
import { costBound, type BoundRules } from '../src/admission/cost-bound.ts';
import { assertOwnThings } from '../src/calls/assert-own-things.ts';
import { assertPublicUrls } from '../src/calls/assert-public-urls.ts';
import { ownCacheKeys } from '../src/calls/own-cache-key.ts';
import { readChatCall } from '../src/calls/read-chat-call.ts';
import { readMessagesCall } from '../src/calls/read-messages-call.ts';
import { readResponsesCall } from '../src/calls/read-responses-call.ts';

const bodyOf = (value: object): JsonBody => parseJsonBody(Buffer.from(JSON.stringify(value)));
const turns = (content: unknown) => [{ role: 'user', content }];

const chat = (body: object = {}): Call =>
  readChatCall(bodyOf({ model: 'm', messages: turns('hi'), max_tokens: 9, ...body }));
const message = (body: object = {}): Call =>
  readMessagesCall(bodyOf({ model: 'm', messages: turns('hi'), max_tokens: 9, ...body }));
const response = (body: object = {}): Call =>
  readResponsesCall(bodyOf({ model: 'm', input: 'hi', max_output_tokens: 9, ...body }));

function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof GatewayError);
    return `${error.code} ${error.param ?? ''}`;
  }
  return 'none';
}

describe('a call in the Messages protocol', () => {
  it('needs a model, messages and max_tokens', () => {
    assert.equal(
      faultOf(() => message({ model: null })),
      'missing_field model',
    );
    assert.equal(
      faultOf(() => message({ messages: [] })),
      'invalid_field messages',
    );
    assert.equal(
      faultOf(() => message({ max_tokens: undefined })),
      'missing_field max_tokens',
    );
    assert.equal(
      faultOf(() => message({ max_tokens: 0 })),
      'invalid_field max_tokens',
    );
    assert.deepEqual([message().outputCapTokens, message({ stream: true }).stream], [9, true]);
  });
});

describe('a call of the Responses API', () => {
  it('needs a model and an input of text or items', () => {
    assert.equal(
      faultOf(() => response({ model: '' })),
      'invalid_field model',
    );
    assert.equal(
      faultOf(() => response({ input: undefined })),
      'missing_field input',
    );
    assert.equal(
      faultOf(() => response({ input: [] })),
      'invalid_field input',
    );
    assert.equal(response({ input: turns('hi') }).outputCapTokens, 9);
  });

  it('is refused where it would go on after the answer, or names what lies at the provider', () => {
    assert.equal(
      faultOf(() => response({ background: true })),
      'unsupported_field background',
    );
    assert.equal(
      faultOf(() => response({ conversation: 'conv_1' })),
      'unsupported_field conversation',
    );
    assert.equal(
      faultOf(() => response({ prompt: { id: 'pmpt_1' } })),
      'unsupported_field prompt',
    );
    assert.equal(
      faultOf(() => response({ background: false, conversation: null })),
      'none',
    );
  });
});

describe('things that lie at the provider under our credential', () => {
  const file = { type: 'file', file_id: 'file_1' };
  const stored: readonly [name: string, call: Call, param: string][] = [
    [
      'a file of a chat completion',
      chat({ messages: turns([{ type: 'file', file: { file_id: 'file-1' } }]) }),
      'messages',
    ],
    [
      'an item within a chat completion',
      chat({ messages: turns([{ type: 'item_reference', id: 'msg_1' }]) }),
      'messages',
    ],
    ['an item within a message', message({ messages: turns([{ type: 'item_reference', id: 'msg_1' }]) }), 'messages'],
    ['an item within an item', response({ input: turns([{ type: 'item_reference', id: 'msg_1' }]) }), 'input'],
    ['a file of a response', response({ input: turns([{ type: 'input_file', file_id: 'file-1' }]) }), 'input'],
    ['an image of a response', response({ input: turns([{ type: 'input_image', file_id: 'file-1' }]) }), 'input'],
    [
      "a file in a tool's output",
      response({
        input: [{ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_file', file_id: 'f' }] }],
      }),
      'input',
    ],
    ['an image of a message', message({ messages: turns([{ type: 'image', source: file }]) }), 'messages'],
    [
      'a document in a tool result',
      message({
        messages: turns([{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'document', source: file }] }]),
      }),
      'messages',
    ],
    [
      'an upload to a container',
      message({ messages: turns([{ type: 'container_upload', file_id: 'f' }]) }),
      'messages',
    ],
  ];
  for (const [name, call, param] of stored) {
    it(`are refused: ${name}`, () =>
      assert.equal(
        faultOf(() => assertOwnThings(call)),
        `unsupported_field ${param}`,
      ));
  }

  it("are none in a caller's own content, tools and arguments", () => {
    const tools = [{ type: 'function', name: 'f', parameters: { properties: { file_id: { type: 'string' } } } }];
    assert.equal(
      faultOf(() => assertOwnThings(response({ tools }))),
      'none',
    );
    const use = { type: 'tool_use', id: 't', name: 'f', input: { file_id: 'x' } };
    assert.equal(
      faultOf(() => assertOwnThings(message({ messages: turns([use]) }))),
      'none',
    );
  });
});

describe("an address that is not the internet's", () => {
  const inside = [
    'http://127.0.0.1/x',
    'http://169.254.169.254/latest',
    'https://10.0.0.8/x.png',
    'http://[::1]/',
    'http://redis/x',
    'file:///etc/passwd',
    'https://a:b@example.com/x',
  ];
  const callsWith = (url: string): readonly Call[] => [
    chat({ messages: turns([{ type: 'image_url', image_url: { url } }]) }),
    response({ input: turns([{ type: 'input_image', image_url: url }]) }),
    response({ input: turns([{ type: 'input_file', file_url: url }]) }),
    message({ messages: turns([{ type: 'image', source: { type: 'url', url } }]) }),
    message({
      messages: turns([
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'document', source: { type: 'url', url } }] },
      ]),
    }),
  ];

  for (const url of inside) {
    it(`is refused in every protocol: ${url}`, () => {
      for (const call of callsWith(url)) {
        assert.equal(
          faultOf(() => assertPublicUrls(call)),
          `invalid_field ${call.protocol === 'openai_responses' ? 'input' : 'messages'}`,
        );
      }
    });
  }

  it('is none of public ones, of data, and of what is text', () => {
    for (const url of ['https://example.com/a.png', 'data:image/png;base64,AA==']) {
      for (const call of callsWith(url))
        assert.equal(
          faultOf(() => assertPublicUrls(call)),
          'none',
        );
    }
    assert.equal(
      faultOf(() => assertPublicUrls(chat({ messages: turns('see http://127.0.0.1/x') }))),
      'none',
    );
  });
});

describe('a long text, which is not read where a call is only passed on', () => {
  const long = 'x'.repeat(10_000);

  it('hides no address', () => {
    const address = `http://127.0.0.1/${long}`;
    const call = chat({ messages: turns([{ type: 'image_url', image_url: { url: address } }]) });
    assert.equal(
      faultOf(() => assertPublicUrls(call)),
      'invalid_field messages',
    );
  });

  it('makes a cache key of its own', () => {
    const keyOf = (key: string): unknown =>
      ownCacheKeys(response({ prompt_cache_key: key }), 'acme').body.value['prompt_cache_key'];
    assert.notEqual(keyOf(`${long}a`), keyOf(`${long}b`));
  });

  it('is no model and no reference', () => {
    assert.equal(
      faultOf(() => chat({ model: long })),
      'invalid_field model',
    );
    assert.equal(
      faultOf(() => assertOwnThings(chat({ messages: turns([{ type: 'file', file: { file_id: long } }]) }))),
      'unsupported_field messages',
    );
  });
});

describe('a cache key', () => {
  const keyOf = (call: Call): unknown => call.body.value['prompt_cache_key'];

  it('is one for each tenant, whatever the tenants call it, and always the same for one', () => {
    const call = response({ prompt_cache_key: 'k' });
    const [acme, again, globex] = ['acme', 'acme', 'globex'].map((tenant) => keyOf(ownCacheKeys(call, tenant)));
    assert.equal(acme, again);
    assert.notEqual(acme, globex);
    assert.match(String(acme), /^[\w-]{43}$/);
  });

  it('changes nothing else of the body, and nothing where there is none', () => {
    const call = ownCacheKeys(chat({ prompt_cache_key: 'k', seed: 1 }), 'acme');
    assert.equal(
      call.body.raw.toString().replace(String(keyOf(call)), 'k'),
      chat({ prompt_cache_key: 'k', seed: 1 }).body.raw.toString(),
    );
    const without = chat();
    assert.equal(ownCacheKeys(without, 'acme'), without);
  });
});

describe('the cost bound in each protocol', () => {
  const rules: BoundRules = {
    prices: createPriceBook({
      overrides: {
        p: { 'claude-3-opus': { input: 1, output: 2, context_window: 50_000 }, open: { input: 1, output: 2 } },
      },
      shipped: {},
      typeOf: () => undefined,
    }),
    chargesForFiles: () => false,
  };
  const target: Target = { provider: 'p', providerModel: 'claude-3-opus', weight: undefined };
  const boundOf = (call: Call, at = target): string => {
    const cost = costBound(call, [at], rules);
    return cost.kind === 'bounded' ? String(cost.boundNanoUsd) : `none: ${cost.param ?? ''}`;
  };
  const byBytes = (call: Call): string => String((call.body.raw.length + 1024) * 1000 + 9 * 2000);
  const whole = String(50_000 * 1000 + 9 * 2000);

  it('goes by the bytes of text, tools and thinking', () => {
    const use = { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } };
    const thinking = { type: 'thinking', thinking: 'hm', signature: 's' };
    const said = message({
      messages: turns([thinking, use]),
      system: 'be brief',
      tools: [{ name: 'f', input_schema: {} }],
    });
    assert.equal(boundOf(said), byBytes(said));
    const items = response({
      input: [
        { type: 'reasoning', summary: [] },
        { type: 'function_call_output', call_id: 'c', output: 'x' },
      ],
      tools: [{ type: 'function', name: 'f' }],
    });
    assert.equal(boundOf(items), byBytes(items));
  });

  it('takes an image out of the bytes and adds what its formula makes of it, nested ones too', () => {
    const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(40_000) } };
    const nested = message({ messages: turns([{ type: 'tool_result', tool_use_id: 't', content: [picture] }]) });
    const expected = String((nested.body.raw.length - 40_000 + 1600 + 1024) * 1000 + 9 * 2000);
    assert.equal(boundOf(nested), expected);
    const input = response({
      input: turns([{ type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(9)}` }]),
    });
    assert.equal(boundOf(input), String((input.body.raw.length - 31 + 1600 + 1024) * 1000 + 9 * 2000));
  });

  it('is the context window for files, and for an answer that goes on from an earlier one', () => {
    const pdf = { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } };
    assert.equal(boundOf(message({ messages: turns([pdf]) })), whole);
    assert.equal(boundOf(response({ previous_response_id: 'resp_1' })), whole);
    assert.equal(
      boundOf(response({ previous_response_id: 'resp_1' }), { ...target, providerModel: 'open' }),
      'none: input',
    );
  });

  it('does not exist with tools that run at the provider and fields that are not known', () => {
    assert.equal(boundOf(message({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] })), 'none: tools');
    assert.equal(boundOf(message({ mcp_servers: [{ type: 'url' }] })), 'none: mcp_servers');
    assert.equal(boundOf(response({ tools: [{ type: 'web_search' }] })), 'none: tools');
    assert.equal(boundOf(response({ context_management: {} })), 'none: context_management');
    assert.equal(boundOf(message({ n: 2 })), 'none: n');
  });

  it('believes no block of another protocol to be text', () => {
    assert.equal(boundOf(chat({ messages: turns([{ type: 'tool_result', content: 'x' }]) })), whole);
  });
});
