import type { JsonObject } from '@tollgate/core';
import { answerSchema, cityParameters, media, type Feature, type InboundProtocol } from './feature.ts';

const tools = ['get_weather', 'get_time'].map((name) => ({ name, input_schema: cityParameters }));
const user = (...blocks: readonly JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content: blocks }] });
const text = { type: 'text', text: 'hello' };
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: media.png } };
const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: media.pdf } };
const use = (id: string, name: string): JsonObject => ({ type: 'tool_use', id, name, input: { city: 'Oslo' } });

/** A turn in which both tools were called, and their results. */
const answered = (...results: readonly JsonObject[]): JsonObject => ({
  tools,
  messages: [
    { role: 'user', content: 'weather and time?' },
    { role: 'assistant', content: [use('toolu_1', 'get_weather'), use('toolu_2', 'get_time')] },
    { role: 'user', content: results },
  ],
});
const result = (id: string, content: JsonObject['content'] | string): JsonObject => ({
  type: 'tool_result',
  tool_use_id: id,
  content: content ?? '',
});

const conversation: readonly Feature[] = [
  { name: 'text', prompt: 'hello', said: /hello/, answered: /You said/, streamed: /"text":"You/ },
  { name: '`system`', fields: { system: 'be brief' }, said: /be brief/ },
  {
    name: 'cache breakpoint (`cache_control`)',
    fields: { system: [{ type: 'text', text: 'be brief', cache_control: { type: 'ephemeral' } }] },
    said: /"cache_control":\{"type":"ephemeral"\}/,
  },
  { name: 'image as data', fields: user(text, image), said: /iVBORw0KGgo/ },
  {
    name: 'image by URL',
    fields: user(text, { type: 'image', source: { type: 'url', url: media.imageUrl } }),
    said: /images\.example\.com/,
  },
  { name: 'PDF as data', fields: user(text, pdf), said: /JVBERi0/ },
  {
    name: 'PDF by URL',
    fields: user(text, { type: 'document', source: { type: 'url', url: 'https://files.example.com/a.pdf' } }),
    said: /files\.example\.com/,
  },
  {
    name: 'citations',
    fields: user(text, {
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'The sky is blue.' },
      citations: { enabled: true },
    }),
    said: /"citations":\{"enabled":true\}/,
  },
];

const toolUse: readonly Feature[] = [
  {
    name: 'tool call',
    prompt: '[[tool:get_weather]]',
    fields: { tools },
    said: /get_weather/,
    answered: /"tool_use".*"get_weather"|"get_weather".*"tool_use"/s,
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
    fields: answered(result('toolu_1', 'sunny'), result('toolu_2', 'noon')),
    said: /sunny.*noon/s,
  },
  {
    name: 'tool result that is an error',
    fields: answered({ ...result('toolu_1', 'no such city'), is_error: true }, result('toolu_2', 'noon')),
    said: /"is_error":true|Error: no such city|"error":"no such city"/,
  },
  {
    name: 'image in a tool result',
    fields: answered({ type: 'tool_result', tool_use_id: 'toolu_1', content: [image] }, result('toolu_2', 'noon')),
    said: /iVBORw0KGgo/,
  },
  {
    name: 'PDF in a tool result',
    fields: answered({ type: 'tool_result', tool_use_id: 'toolu_1', content: [pdf] }, result('toolu_2', 'noon')),
    said: /JVBERi0/,
  },
  {
    name: '`tool_choice`: any',
    fields: { tools, tool_choice: { type: 'any' } },
    said: /"tool_choice":(?:"required"|\{"type":"any"\})|"ANY"/,
    answered: /"tool_use"/,
  },
  {
    name: '`tool_choice`: one tool',
    fields: { tools, tool_choice: { type: 'tool', name: 'get_time' } },
    said: /"tool_choice":\{.*?"get_time"|"allowedFunctionNames":\["get_time"\]/,
    answered: /"name":"get_time"/,
  },
  {
    name: '`tool_choice`: none',
    fields: { tools, tool_choice: { type: 'none' } },
    said: /"tool_choice":(?:"none"|\{"type":"none"\})|"NONE"/,
  },
  {
    name: '`disable_parallel_tool_use`',
    fields: { tools, tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    said: /"parallel_tool_calls":false|"disable_parallel_tool_use":true/,
  },
  {
    name: "the provider's own web search",
    fields: { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    said: /web_search/,
  },
];

const settings: readonly Feature[] = [
  {
    name: 'structured output (`output_config.format`)',
    fields: { output_config: { format: { type: 'json_schema', schema: answerSchema } } },
    said: /"count"/,
    answered: /\\"count\\":/,
    streamed: /count/,
  },
  {
    name: 'thinking budget',
    reasoning: true,
    fields: { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 2000 } },
    said: /"budget_tokens":2000|"max_tokens":2000|"reasoning_effort":|"effort":|"thinking(?:Budget|Level)"/i,
  },
  {
    name: 'output cap',
    prompt: '[[words:90]]',
    fields: { max_tokens: 16 },
    said: /"(?:max_completion_tokens|max_tokens|maxOutputTokens|max_output_tokens)":16\b/,
    answered: /"max_tokens"/,
  },
  { name: 'temperature', fields: { temperature: 0.5 }, said: /"temperature":0\.5/ },
  { name: '`top_p`', fields: { top_p: 0.5 }, said: /"topP?(?:_p)?":0\.5/ },
  { name: '`top_k`', fields: { top_k: 5 }, said: /"top_?k":5/i },
  {
    name: '`stop_sequences`',
    fields: { stop_sequences: ['END'] },
    said: /"(?:stop|stop_sequences|stopSequences)":\["END"\]/,
  },
  { name: '`service_tier`', fields: { service_tier: 'standard_only' }, said: /"service_tier"/ },
  {
    name: '`metadata.user_id`',
    fields: { metadata: { user_id: 'kim' } },
    said: /"(?:user|user_id|safety_identifier)":"/,
  },
  {
    name: '`mcp_servers`',
    fields: { mcp_servers: [{ type: 'url', url: 'https://mcp.example.com', name: 'm' }] },
    said: /mcp_servers/,
  },
];

const answers: readonly Feature[] = [
  { name: 'usage', prompt: 'hello', answered: /"output_tokens":[1-9]/ },
  {
    name: 'thinking in the answer',
    reasoning: true,
    prompt: '[[think:hard]] hello',
    fields: { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 2000 } },
    answered: /"type":"(?:redacted_)?thinking"/,
    given: /"reasoning(?:_content)?":"|"thought":true/,
  },
  {
    name: 'a summary of it (`thinking.display`)',
    reasoning: true,
    prompt: '[[think:hard]] hello',
    fields: { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 2000, display: 'summarized' } },
    answered: /"type":"thinking".*hard/s,
    streamed: /"type":"thinking_delta","thinking":"[^"]/,
    given: /"reasoning(?:_content)?":"|"thought":true|summary_text/,
  },
  { name: 'refusal', prompt: '[[refuse]]', answered: /"stop_reason":"refusal"|can(?:no|'|’)t help/i },
];

export const messagesProtocol: InboundProtocol = {
  protocol: 'anthropic_messages',
  title: 'Messages',
  path: '/v1/messages',
  sameEndpoint: 'messages',
  body: (model, prompt) => ({ model, max_tokens: 300, messages: [{ role: 'user', content: prompt }] }),
  features: [...conversation, ...toolUse, ...settings, ...answers],
  notes: [
    'Where the provider knows efforts alone, a thinking budget is said as the effort nearest to it, and the number is named as dropped.',
    'Where an OpenAI model reasons, a message that asks for thinking is asked for at its Responses API: thinking comes back encrypted, and with its summary where `thinking.display` is `summarized`.',
    'Servers of chat completions have no mark for a tool result that is an error: its text begins with `Error: ` there.',
    'Tokens are counted (`/v1/messages/count_tokens`) by Anthropic and by Gemini; elsewhere the answer is 400 `endpoint_not_served`.',
    'The `[DONE]` with which OpenRouter ends a stream of messages is left out: it is no JSON, and the SDK of Anthropic fails at it.',
  ],
};
