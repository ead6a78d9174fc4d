import { describe } from 'node:test';
import { testRefusals } from './refusal-cases.ts';

const user = { role: 'user', content: 'hello' };
const toolUse = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const toolResult = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' };
const later = 'claude-opus-4-7';

describe('what Anthropic refuses', () => {
  testRefusals('anthropic', [
    {
      what: 'no max_tokens',
      members: { max_tokens: undefined },
      says: /max_tokens: Field required/,
    },
    { what: 'an unknown member', members: { n: 1 }, says: /n: Extra inputs are not permitted/ },
    {
      what: 'an unknown member of a message',
      members: { messages: [{ ...user, name: 'x' }] },
      says: /messages\.0\.name: Extra inputs/,
    },
    {
      what: "a first message that is not the user's",
      members: { messages: [{ role: 'assistant', content: 'x' }] },
      says: /first message must use the "user" role/,
    },
    {
      what: 'a role of OpenAI',
      members: { messages: [user, { role: 'tool', content: 'x' }] },
      says: /role: Input should be/,
    },
    {
      what: 'an empty text block',
      members: { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
      says: /must be non-empty/,
    },
    {
      what: 'a blank text block',
      members: { messages: [{ role: 'user', content: [{ type: 'text', text: ' \n' }] }] },
      says: /non-whitespace/,
    },
    {
      what: 'a content part of OpenAI',
      members: { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      says: /Input tag 'image_url'/,
    },
    {
      what: 'an image of another type',
      members: {
        messages: [
          { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/jpg', data: '' } }] },
        ],
      },
      says: /media_type: Input should be 'image\/jpeg'/,
    },
    {
      what: 'a tool use without its result',
      members: { messages: [user, { role: 'assistant', content: [toolUse] }, user] },
      says: /were found without `tool_result` blocks immediately after: toolu_1/,
    },
    {
      what: 'a tool result after other content',
      members: {
        messages: [
          user,
          { role: 'assistant', content: [toolUse] },
          { role: 'user', content: [{ type: 'text', text: 'x' }, toolResult] },
        ],
      },
      says: /without `tool_result` blocks immediately after/,
    },
    {
      what: 'tool results in two messages',
      members: {
        messages: [
          user,
          { role: 'assistant', content: [toolUse, { ...toolUse, id: 'toolu_2' }] },
          { role: 'user', content: [toolResult] },
          { role: 'user', content: [{ ...toolResult, tool_use_id: 'toolu_2' }] },
        ],
      },
      says: /immediately after: toolu_2/,
    },
    {
      what: 'a tool result that answers nothing',
      members: { messages: [{ role: 'user', content: [toolResult] }] },
      says: /unexpected `tool_use_id`/,
    },
    {
      what: 'a tool use id with other characters',
      members: { messages: [user, { role: 'assistant', content: [{ ...toolUse, id: 'a.b' }] }] },
      says: /tool_use\.id: String should match pattern/,
    },
    {
      what: 'tool input that is no object',
      members: { messages: [user, { role: 'assistant', content: [{ ...toolUse, input: '{}' }] }] },
      says: /input: Input should be a valid dictionary/,
    },
    {
      what: 'thinking without a signature',
      members: { messages: [user, { role: 'assistant', content: [{ type: 'thinking', thinking: 'x' }] }] },
      says: /signature: Field required/,
    },
    {
      what: 'a tool without a schema',
      members: { tools: [{ name: 'look' }] },
      says: /input_schema: Field required/,
    },
    {
      what: 'a tool name with other characters',
      members: { tools: [{ name: 'a.b', input_schema: { type: 'object' } }] },
      says: /name: String should match pattern/,
    },
    {
      what: 'a temperature above one',
      members: { temperature: 1.5 },
      says: /temperature: range: 0\.\.1/,
    },
    {
      what: 'a temperature for a later model',
      members: { model: later, temperature: 0.5 },
      says: /deprecated for this model/,
    },
    {
      what: 'a begun answer for a later model',
      members: { model: later, messages: [user, { role: 'assistant', content: 'x' }] },
      says: /does not support assistant message prefill/,
    },
    {
      what: 'a thinking budget above max_tokens',
      members: { thinking: { type: 'enabled', budget_tokens: 1024 } },
      says: /must be greater than `thinking\.budget_tokens`/,
    },
    {
      what: 'a model of another provider',
      members: { model: 'anthropic/claude-haiku-4.5' },
      status: 404,
      says: /model: anthropic\/claude-haiku-4\.5/,
    },
    {
      what: 'a prompt longer than the window',
      members: { messages: [{ role: 'user', content: 'x'.repeat(900_000) }] },
      says: /prompt is too long/,
    },
  ]);
});
