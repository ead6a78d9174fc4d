import type { JsonObject } from '@tollgate/core';
import { answerSchema, cityParameters, media, type Feature, type InboundProtocol } from './feature.ts';

const tool = (name: string): JsonObject => ({ type: 'function', name, parameters: cityParameters, strict: true });
const tools = [tool('get_weather'), tool('get_time')];
const user = (...parts: readonly JsonObject[]): JsonObject => ({ input: [{ role: 'user', content: parts }] });
const text = { type: 'input_text', text: 'hello' };
const call = (callId: string, name: string): JsonObject => ({
  type: 'function_call',
  call_id: callId,
  name,
  arguments: '{"city":"Oslo"}',
});

const conversation: readonly Feature[] = [
  { name: 'text', prompt: 'hello', said: /hello/, answered: /You said/, streamed: /"delta":"You/ },
  { name: '`instructions`', fields: { instructions: 'be brief' }, said: /be brief/ },
  {
    name: 'several turns',
    fields: {
      input: [
        { role: 'user', content: 'hello' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hi there', annotations: [] }] },
        { role: 'user', content: 'again' },
      ],
    },
    said: /hello.*hi there.*again/s,
  },
  {
    name: 'image as data',
    fields: user(text, { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${media.png}` }),
    said: /iVBORw0KGgo/,
  },
  {
    name: 'image by URL',
    fields: user(text, { type: 'input_image', detail: 'auto', image_url: media.imageUrl }),
    said: /images\.example\.com/,
  },
  {
    name: 'PDF as data',
    fields: user(text, {
      type: 'input_file',
      filename: 'a.pdf',
      file_data: `data:application/pdf;base64,${media.pdf}`,
    }),
    said: /JVBERi0/,
  },
  { name: '`previous_response_id`', continues: true, said: /"previous_response_id"/ },
  { name: '`conversation`', fields: { conversation: 'conv_none' }, said: /"conversation"/ },
  { name: '`background`', fields: { background: true }, said: /"background":true/ },
];

const toolUse: readonly Feature[] = [
  {
    name: 'tool call',
    prompt: '[[tool:get_weather]]',
    fields: { tools },
    said: /get_weather/,
    answered: /"function_call".*"get_weather"|"get_weather".*"function_call"/s,
  },
  {
    name: 'parallel tool calls',
    prompt: '[[tool:get_weather]] [[tool:get_time]]',
    fields: { tools },
    said: /get_time/,
    answered: /"name":"get_weather".*"name":"get_time"/s,
  },
  {
    name: 'tool results in order',
    fields: {
      tools,
      input: [
        { role: 'user', content: 'weather and time?' },
        call('call_1', 'get_weather'),
        call('call_2', 'get_time'),
        { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
        { type: 'function_call_output', call_id: 'call_2', output: 'noon' },
      ],
    },
    said: /sunny.*noon/s,
  },
  {
    name: '`tool_choice`: one tool',
    fields: { tools, tool_choice: { type: 'function', name: 'get_time' } },
    said: /"tool_choice":\{.*?"get_time"|"allowedFunctionNames":\["get_time"\]/,
    answered: /"name":"get_time"/,
  },
  {
    name: '`tool_choice`: none',
    fields: { tools, tool_choice: 'none' },
    said: /"tool_choice":(?:"none"|\{"type":"none"\})|"NONE"/,
  },
  {
    name: '`parallel_tool_calls`: false',
    fields: { tools, parallel_tool_calls: false },
    said: /"parallel_tool_calls":false|"disable_parallel_tool_use":true/,
  },
  { name: "the provider's own web search", fields: { tools: [{ type: 'web_search' }] }, said: /web_search/ },
];

const settings: readonly Feature[] = [
  {
    name: 'structured output (JSON schema)',
    fields: { text: { format: { type: 'json_schema', name: 'answer', strict: true, schema: answerSchema } } },
    said: /"count"/,
    answered: /\\"count\\":/,
    streamed: /count/,
  },
  {
    name: 'reasoning effort',
    reasoning: true,
    fields: { reasoning: { effort: 'low' } },
    said: /"reasoning_effort":"low"|"effort":"low"|"budget_tokens":|"thinking(?:Budget|Level)"/i,
  },
  {
    name: 'output cap',
    prompt: '[[words:90]]',
    fields: { max_output_tokens: 16 },
    said: /"(?:max_completion_tokens|max_tokens|maxOutputTokens|max_output_tokens)":16\b/,
    answered: /"max_output_tokens"/,
  },
  { name: 'temperature', fields: { temperature: 0.5 }, said: /"temperature":0\.5/ },
  { name: '`top_p`', fields: { top_p: 0.5 }, said: /"topP?(?:_p)?":0\.5/ },
  {
    name: '`top_logprobs`',
    fields: { top_logprobs: 2, include: ['message.output_text.logprobs'] },
    said: /top_?logprobs|responseLogprobs/i,
  },
  { name: '`truncation`: auto', fields: { truncation: 'auto' }, said: /"truncation":"auto"/ },
  { name: '`service_tier`', fields: { service_tier: 'default' }, said: /"service_tier"/ },
  { name: '`user`', fields: { user: 'kim' }, said: /"(?:user|user_id|safety_identifier)":"/ },
  { name: '`prompt_cache_key`', fields: { prompt_cache_key: 'k' }, said: /"prompt_cache_key"/ },
  { name: '`store`: false', fields: { store: false }, answered: /"store":false/ },
];

const answers: readonly Feature[] = [
  { name: 'usage', prompt: 'hello', answered: /"output_tokens":[1-9]/ },
  {
    name: 'encrypted reasoning in the answer',
    reasoning: true,
    prompt: '[[think:hard]] hello',
    fields: { include: ['reasoning.encrypted_content'], reasoning: { effort: 'low' }, store: false },
    answered: /"type":"reasoning"/,
  },
  { name: 'refusal', prompt: '[[refuse]]', answered: /"type":"refusal"|"content_filter"|can(?:no|'|’)t help/i },
];

export const responsesProtocol: InboundProtocol = {
  protocol: 'openai_responses',
  title: 'Responses',
  path: '/v1/responses',
  sameEndpoint: 'responses',
  body: (model, prompt) => ({ model, input: prompt }),
  features: [...conversation, ...toolUse, ...settings, ...answers],
  notes: [
    'Where Responses are translated nothing is kept: `store` is answered with false, and the whole conversation has to be sent each time.',
    'Items that `openai` and `azure` keep may be referred to by the tenant whose answers they are of. Elsewhere no item is kept, and a reference is refused: clients that refer to items by themselves, as the AI SDK does, send what they hold with `store: false`.',
    'Reasoning that Anthropic signed travels in `encrypted_content`, and goes back to it with its signature.',
    'A `prompt_cache_key` becomes one of the tenant, so that no two tenants share a cache; the answer shows that one.',
  ],
};
