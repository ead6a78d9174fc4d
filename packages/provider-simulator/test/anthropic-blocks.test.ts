import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { testRefusals, testRefusalsAt } from './refusal-cases.ts';
import { startFor } from './simulated-call.ts';

const model = 'claude-haiku-4-5';
const user = (content: Anthropic.MessageParam['content']): Anthropic.MessageParam => ({ role: 'user', content });
const pdf = Buffer.from('%PDF-1.4 simulated').toString('base64');
const png = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64');
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } } as const;
const document = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } } as const;
const lookTool = { name: 'look', input_schema: { type: 'object' as const, properties: {} } };
const thinking = { type: 'enabled', budget_tokens: 1024 } as const;

async function connect(t: TestContext) {
  const simulator = await startFor(t);
  const anthropic = new Anthropic({ baseURL: simulator.baseUrls.anthropic, apiKey: 'sk-ant-test', maxRetries: 0 });
  return { simulator, anthropic };
}

describe('what the simulated Anthropic carries', () => {
  test('thinking comes back with its signature, and not where either was changed', async (t) => {
    const { anthropic } = await connect(t);
    const asked = { model, max_tokens: 2000, thinking, tools: [lookTool] };
    const first = await anthropic.messages.create({ ...asked, messages: [user('[[tool:look]]')] });
    const [thought, call] = first.content;
    assert.ok(thought?.type === 'thinking' && call?.type === 'tool_use');
    const send = (blocks: Anthropic.ContentBlockParam[]) =>
      anthropic.messages.create({
        ...asked,
        messages: [
          user('[[tool:look]]'),
          { role: 'assistant', content: [...blocks, call] },
          user([{ type: 'tool_result', tool_use_id: call.id, content: 'seen' }]),
        ],
      });
    assert.equal((await send([thought])).stop_reason, 'end_turn');
    assert.equal((await send([{ ...thought, thinking: '' }])).stop_reason, 'end_turn');
    await assert.rejects(send([{ ...thought, thinking: 'other' }]), /Invalid `signature` in `thinking` block/);
    await assert.rejects(send([{ ...thought, signature: 'c2lnbmVk' }]), /Invalid `signature` in `thinking` block/);
    await assert.rejects(send([]), /Expected `thinking` or `redacted_thinking`, but found `tool_use`/);
  });

  test('redacted thinking is one whole block, streamed or not, and comes back', async (t) => {
    const { anthropic } = await connect(t);
    const asked = { model, max_tokens: 2000, thinking };
    const messages = [user('[[redact]] good day')];
    const whole = await anthropic.messages.create({ ...asked, messages });
    const streamed = await anthropic.messages.stream({ ...asked, messages }).finalMessage();
    assert.deepEqual(streamed.content, whole.content);
    assert.equal(whole.content[0]?.type, 'redacted_thinking');
    assert.ok((whole.usage.output_tokens_details?.thinking_tokens ?? 0) > 0);
    const again = [...messages, { role: 'assistant' as const, content: whole.content }, user('and?')];
    assert.equal((await anthropic.messages.create({ ...asked, messages: again })).stop_reason, 'end_turn');
  });

  test('thinking that is not displayed is empty, signed and paid for', async (t) => {
    const { anthropic } = await connect(t);
    const answer = await anthropic.messages
      .stream({ model: 'claude-opus-5-5', max_tokens: 2000, messages: [user('good day')] })
      .finalMessage();
    const [thought] = answer.content;
    assert.ok(thought?.type === 'thinking' && thought.thinking === '' && thought.signature !== '');
    assert.ok((answer.usage.output_tokens_details?.thinking_tokens ?? 0) > 0);
  });

  test('images and documents count in prompts and in the results of tools', async (t) => {
    const { anthropic } = await connect(t);
    const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} } as const;
    const result = {
      type: 'tool_result' as const,
      tool_use_id: 'toolu_1',
      content: [{ type: 'text' as const, text: 'seen' }, image, document],
    };
    const messages = [user('look'), { role: 'assistant' as const, content: [call] }, user([result])];
    const answer = await anthropic.messages.create({ model, max_tokens: 100, messages, tools: [lookTool] });
    assert.deepEqual(answer.content, [{ type: 'text', text: 'The tools said: seen (with 2 attached)' }]);
    assert.ok(answer.usage.input_tokens > 512);
  });

  test('a document that may be cited is, streamed or not', async (t) => {
    const { anthropic } = await connect(t);
    const text = { type: 'text' as const, media_type: 'text/plain' as const, data: 'the toll is five' };
    const cited = { type: 'document' as const, source: text, title: 'Tolls', citations: { enabled: true } };
    const request = { model, max_tokens: 100, messages: [user([cited, { type: 'text', text: 'how much?' }])] };
    const whole = await anthropic.messages.create(request);
    const [block] = whole.content;
    assert.ok(block?.type === 'text');
    const [citation] = block.citations ?? [];
    assert.ok(citation?.type === 'char_location' && citation.cited_text === 'the toll is five');
    assert.deepEqual((await anthropic.messages.stream(request).finalMessage()).content, whole.content);
  });

  test('structured output satisfies its schema, and the stop reason can be any', async (t) => {
    const { anthropic } = await connect(t);
    const schema = { type: 'object', properties: { fee: { type: 'integer' } }, additionalProperties: false };
    const format = { type: 'json_schema' as const, schema };
    const asked = { model, max_tokens: 100 };
    const made = await anthropic.messages.create({
      ...asked,
      output_config: { format },
      messages: [user('how much?')],
    });
    assert.ok(made.content[0]?.type === 'text');
    assert.deepEqual(JSON.parse(made.content[0].text), { fee: 1 });
    const paused = await anthropic.messages.create({ ...asked, messages: [user('[[finish:pause_turn]] wait')] });
    assert.equal(paused.stop_reason, 'pause_turn');
    const refused = await anthropic.messages.create({ ...asked, messages: [user('[[refuse]]')] });
    assert.equal(refused.stop_reason, 'refusal');
  });

  test('text comes before a tool call where it was told', async (t) => {
    const { anthropic } = await connect(t);
    const messages = [user('[[say:let me look]][[tool:look]]')];
    const answer = await anthropic.messages.create({ model, max_tokens: 100, messages, tools: [lookTool] });
    assert.deepEqual(
      answer.content.map(({ type }) => type),
      ['text', 'tool_use'],
    );
  });

  test('tokens are counted as a message counts them, and cost nothing', async (t) => {
    const { anthropic, simulator } = await connect(t);
    const request = { model, system: 'be kind', messages: [user('good day')], tools: [lookTool] };
    const counted = await anthropic.messages.countTokens(request);
    const answered = await anthropic.messages.create({ ...request, max_tokens: 100 });
    assert.equal(counted.input_tokens, answered.usage.input_tokens);
    await simulator.waitForCalls(2);
    const [entry] = simulator.ledger();
    assert.equal(entry?.endpoint, 'count_tokens');
    assert.equal(entry.costNanoUsd, 0n);
  });
});

describe('what it refuses of them', () => {
  const marked = { type: 'text', text: 'x', cache_control: { type: 'ephemeral' } };
  const long = { ...marked, cache_control: { type: 'ephemeral', ttl: '1h' } };
  testRefusals('anthropic', [
    {
      what: 'five marks for the cache',
      members: { messages: [{ role: 'user', content: [marked, marked, marked, marked, marked] }] },
      says: /maximum of 4 blocks with cache_control/,
    },
    {
      what: 'a long mark after a short one',
      members: { messages: [{ role: 'user', content: [marked, long] }] },
      says: /must not come after/,
    },
    {
      what: 'broken base64',
      members: { messages: [{ role: 'user', content: [{ ...image, source: { ...image.source, data: '§' } }] }] },
      says: /valid base64/,
    },
    {
      what: 'an image of another type',
      members: {
        messages: [{ role: 'user', content: [{ ...image, source: { ...image.source, media_type: 'image/gif' } }] }],
      },
      says: /appears to be a image\/png image/,
    },
    {
      what: 'a document that is no PDF',
      members: { messages: [{ role: 'user', content: [{ ...document, source: { ...document.source, data: png } }] }] },
      says: /PDF specified was not valid/,
    },
    {
      what: 'an open schema',
      members: { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
      says: /'additionalProperties' must be explicitly set to false/,
    },
    {
      what: 'two results for one call',
      members: {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'look', input: {} }] },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'a', content: 'x' },
              { type: 'tool_result', tool_use_id: 'a', content: 'x' },
            ],
          },
        ],
      },
      says: /single result/,
    },
    { what: 'two tools of one name', members: { tools: [{ ...lookTool }, { ...lookTool }] }, says: /must be unique/ },
    {
      what: 'a tool forced on a model that always thinks',
      members: { model: 'claude-opus-5-5', tools: [{ ...lookTool }], tool_choice: { type: 'any' } },
      says: /forced tool use is not supported/,
    },
    {
      what: 'thinking by budget for a later model',
      members: { model: 'claude-opus-4-7', max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1024 } },
      says: /not supported for this model/,
    },
    { what: 'a blank stop sequence', members: { stop_sequences: [' '] }, says: /non-whitespace/ },
  ]);

  testRefusalsAt('/anthropic/v1/messages/count_tokens', {
    right: { model, messages: [{ role: 'user', content: 'hello' }] },
    cases: [
      { what: 'an output cap', members: { max_tokens: 5 }, says: /max_tokens: Extra inputs/ },
      { what: 'no messages', members: { messages: undefined }, says: /messages: Field required/ },
    ],
  });
});
