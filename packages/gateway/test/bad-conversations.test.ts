import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ConversationProtocol } from '@tollgate/core';
import { startProviderSimulator, type ProviderSimulator } from '@tollgate/provider-simulator';
import { kindSections, probedKinds } from './compatibility/provider-kinds.ts';
import { simulatorConfig } from './support/simulator-config.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

let simulator: ProviderSimulator;
let gateway: TestGateway;

before(async () => {
  simulator = await startProviderSimulator({ port: 0, keepBodies: true });
  gateway = await startTestGateway({
    config: simulatorConfig(simulator.url, {
      ...kindSections(simulator.url),
      tiers: '{ pro: { models: ["*"] } }',
      pricing: '{}',
    }),
  });
});

after(async () => {
  await gateway.stop();
  await simulator.stop();
});

/** A conversation in which `calls` were made and `results` came back, in the words of a protocol. */
interface Protocol {
  readonly path: string;
  readonly name: ConversationProtocol;
  toolUse(calls: readonly string[], results: readonly string[]): object;
  picture(base64: string): object;
}

const question = { role: 'user', content: 'weather?' };
const parameters = { type: 'object' };

const protocols: readonly Protocol[] = [
  {
    path: '/v1/chat/completions',
    name: 'openai_chat',
    toolUse: (calls, results) => ({
      tools: [{ type: 'function', function: { name: 'f', parameters } }],
      messages: [
        question,
        {
          role: 'assistant',
          content: null,
          tool_calls: calls.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } })),
        },
        ...results.map((id) => ({ role: 'tool', tool_call_id: id, content: 'sunny' })),
        ...(results.length === 0 ? [question] : []),
      ],
    }),
    picture: (base64) => {
      const url = `data:image/png;base64,${base64}`;
      return { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] };
    },
  },
  {
    path: '/v1/messages',
    name: 'anthropic_messages',
    toolUse: (calls, results) => ({
      max_tokens: 50,
      tools: [{ name: 'f', input_schema: parameters }],
      messages: [
        question,
        { role: 'assistant', content: calls.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })) },
        results.length === 0
          ? question
          : {
              role: 'user',
              content: results.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'sunny' })),
            },
      ],
    }),
    picture: (data) => {
      const source = { type: 'base64', media_type: 'image/png', data };
      return { max_tokens: 50, messages: [{ role: 'user', content: [{ type: 'image', source }] }] };
    },
  },
  {
    path: '/v1/responses',
    name: 'openai_responses',
    toolUse: (calls, results) => ({
      tools: [{ type: 'function', name: 'f', parameters }],
      input: [
        question,
        ...calls.map((id) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' })),
        ...results.map((id) => ({ type: 'function_call_output', call_id: id, output: 'sunny' })),
      ],
    }),
    picture: (base64) => ({
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: `data:image/png;base64,${base64}` }] }],
    }),
  },
];

const badPicture = 'a picture whose base64 is none';
const wrongs: Readonly<Record<string, (protocol: Protocol) => object>> = {
  'a tool call without a result': ({ toolUse }) => toolUse(['call_1'], []),
  'a tool call with two results': ({ toolUse }) => toolUse(['call_1'], ['call_1', 'call_1']),
  'a result of no tool call': ({ toolUse }) => toolUse(['call_1'], ['call_1', 'call_2']),
  'two tool calls of one id': ({ toolUse }) => toolUse(['call_1', 'call_1'], ['call_1']),
  [badPicture]: ({ picture }) => picture('@@@'),
};

async function ask(path: string, body: object) {
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, line: await gateway.requestLine(response) };
}

for (const protocol of protocols) {
  describe(`${protocol.path} with a provider of another protocol`, () => {
    const others = probedKinds.filter(({ speaks }) => !speaks.includes(protocol.name));
    for (const [wrong, bodyOf] of Object.entries(wrongs)) {
      it(`${wrong} is refused in the protocol of the caller before the provider is asked, and costs nothing`, async () => {
        const asked = simulator.ledger().length;
        for (const { kind, model } of others) {
          // Servers of chat completions are given the data URLs of Responses as they are.
          if (wrong === badPicture && protocol.path === '/v1/responses' && kind === 'openai-compatible') continue;
          const { status, text, line } = await ask(protocol.path, { model: `${kind}/${model}`, ...bodyOf(protocol) });
          assert.equal(status, 400, `${kind}: ${text}`);
          const error = { type: 'invalid_request_error', code: 'invalid_field' };
          const expected = protocol.path === '/v1/messages' ? { type: 'error', error } : { error };
          assert.partialDeepStrictEqual(JSON.parse(text), expected, kind);
          assert.deepEqual([line['cost_usd'], line['estimated']], ['0', false], kind);
        }
        assert.equal(simulator.ledger().length, asked);
      });
    }
  });

  describe(`${protocol.path} with every kind of provider`, () => {
    // Anthropic's own ids are of letters, digits, _ and -, so its callers can only have them longer than others take.
    const ids = protocol.path === '/v1/messages' ? [] : ['call:1|é x'];
    for (const id of [...ids, 'x'.repeat(100)]) {
      it(`calls and results of the id ${id.slice(0, 10)} (${id.length} characters) find each other, by an id that the provider takes`, async () => {
        for (const { kind, model } of probedKinds) {
          const body = { model: `${kind}/${model}`, ...protocol.toolUse([id], [id]) };
          const { status, text } = await ask(protocol.path, body);
          assert.equal(status, 200, `${kind}: ${text}`);
          const reached = simulator.ledger().at(-1)?.requestBody ?? '';
          const [, answered = ''] = /"(?:tool_call_id|tool_use_id|call_id)":"([^"]+)"/.exec(reached) ?? [];
          // Gemini's calls and results go by their order and names.
          if (kind !== 'gemini') assert.equal(reached.split(`"${answered}"`).length - 1, 2, `${kind}: ${reached}`);
          if (kind === 'anthropic') assert.match(answered, /^[\w-]+$/);
        }
      });
    }
  });
}
