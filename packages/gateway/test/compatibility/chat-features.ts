import type { JsonObject } from '@tollgate/core';
import { answerSchema, cityParameters, media, type Feature, type InboundProtocol } from './feature.ts';

const tool = (name: string): JsonObject => ({ type: 'function', function: { name, parameters: cityParameters } });
const tools = [tool('get_weather'), tool('get_time')];
const user = (...parts: readonly JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content: parts }] });
const text = { type: 'text', text: 'hello' };
const call = (id: string, name: string): JsonObject => ({
  id,
  type: 'function',
  function: { name, arguments: '{"city":"Oslo"}' },
});

const conversation: readonly Feature[] = [
  { name: 'text', prompt: 'hello', said: /hello/, answered: /You said/, streamed: /"content":"You/ },
  {
    name: 'system message',
    fields: {
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'hello' },
      ],
    },
    said: /be brief/,
  },
  {
    name: 'developer message',
    fields: {
      messages: [
        { role: 'developer', content: 'be brief' },
        { role: 'user', content: 'hello' },
      ],
    },
    said: /be brief/,
  },
  {
    name: "participants' names",
    fields: { messages: [{ role: 'user', name: 'kim', content: 'hello' }] },
    said: /"name":"kim"/,
  },
  {
    name: 'image as data',
    fields: user(text, { type: 'image_url', image_url: { url: `data:image/png;base64,${media.png}` } }),
    said: /iVBORw0KGgo/,
  },
  {
    name: 'image by URL',
    fields: user(text, { type: 'image_url', image_url: { url: media.imageUrl } }),
    said: /images\.example\.com/,
  },
  {
    name: 'PDF as data',
    fields: user(text, {
      type: 'file',
      file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${media.pdf}` },
    }),
    said: /JVBERi0/,
  },
  {
    name: 'audio input',
    fields: user(text, { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }),
    said: /UklGRg==/,
  },
  {
    name: 'cache breakpoint (`cache_control`)',
    fields: user({ ...text, cache_control: { type: 'ephemeral' } }),
    said: /"cache_control":\{"type":"ephemeral"\}/,
  },
];

const toolUse: readonly Feature[] = [
  {
    name: 'tool call',
    prompt: '[[tool:get_weather]]',
    fields: { tools },
    said: /get_weather/,
    answered: /"tool_calls":\[.*"get_weather"/s,
    streamed: /"tool_calls":\[.*"get_weather"/s,
  },
  {
    name: 'parallel tool calls',
    prompt: '[[tool:get_weather]] [[tool:get_time]]',
    fields: { tools },
    said: /get_time/,
    answered: /"get_weather".*"get_time"/s,
  },
  {
    name: 'tool results in order',
    fields: {
      tools,
      messages: [
        { role: 'user', content: 'weather and time?' },
        { role: 'assistant', content: null, tool_calls: [call('call_1', 'get_weather'), call('call_2', 'get_time')] },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
        { role: 'tool', tool_call_id: 'call_2', content: 'noon' },
      ],
    },
    said: /sunny.*noon/s,
  },
  {
    name: '`tool_choice`: required',
    fields: { tools, tool_choice: 'required' },
    said: /"required"|"any"|"ANY"/,
    answered: /"tool_calls":\[/,
  },
  {
    name: '`tool_choice`: one tool',
    fields: { tools, tool_choice: { type: 'function', function: { name: 'get_time' } } },
    said: /"tool_choice":\{[^}]*"get_time"|"allowedFunctionNames":\["get_time"\]/,
    answered: /"tool_calls":\[.*"get_time"/s,
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
];

const settings: readonly Feature[] = [
  {
    name: 'structured output (JSON schema)',
    fields: {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: answerSchema } },
    },
    said: /"count"/,
    answered: /\\"count\\":/,
    streamed: /count/,
  },
  {
    name: 'JSON mode',
    fields: { response_format: { type: 'json_object' } },
    said: /json_object|application\/json|one JSON object/,
  },
  {
    name: 'reasoning effort',
    reasoning: true,
    fields: { reasoning_effort: 'low' },
    said: /"reasoning_effort":"low"|"effort":"low"|"budget_tokens":|"thinking(?:Budget|Level)"/i,
  },
  {
    name: 'output cap',
    prompt: '[[words:90]]',
    fields: { max_completion_tokens: 16 },
    said: /"(?:max_completion_tokens|max_tokens|maxOutputTokens)":16\b/,
    answered: /"finish_reason":"length"/,
  },
  { name: 'temperature', fields: { temperature: 0.5 }, said: /"temperature":0\.5/ },
  { name: '`top_p`', fields: { top_p: 0.5 }, said: /"topP?(?:_p)?":0\.5/ },
  { name: 'stop sequences', fields: { stop: ['END'] }, said: /"(?:stop|stop_sequences|stopSequences)":\["END"\]/ },
  { name: '`seed`', fields: { seed: 7 }, said: /"seed":7/ },
  { name: 'penalties', fields: { presence_penalty: 0.5, frequency_penalty: 0.5 }, said: /"presence_?penalty":0\.5/i },
  { name: '`logit_bias`', fields: { logit_bias: { '5': 1 } }, said: /"logit_bias"/ },
  { name: 'several answers (`n`)', fields: { n: 2 }, said: /"n":2|"candidateCount":2/, answered: /"index":1/ },
  {
    name: '`logprobs`',
    fields: { logprobs: true, top_logprobs: 2 },
    said: /logprobs|responseLogprobs/i,
    answered: /"logprobs":\{/,
    given: /"logprobs":\{|logprobsResult/,
  },
  { name: '`service_tier`', fields: { service_tier: 'default' }, said: /"service_tier"/ },
  { name: '`user`', fields: { user: 'kim' }, said: /"(?:user|user_id|safety_identifier)":"/ },
  { name: '`prompt_cache_key`', fields: { prompt_cache_key: 'k' }, said: /"prompt_cache_key"/ },
  { name: '`verbosity`', reasoning: true, fields: { verbosity: 'low' }, said: /"verbosity":"low"/ },
  { name: '`prediction`', fields: { prediction: { type: 'content', content: 'hello' } }, said: /"prediction"/ },
];

const answers: readonly Feature[] = [
  {
    name: 'usage',
    fields: { stream_options: { include_usage: true } },
    answered: /"completion_tokens":[1-9]/,
  },
  {
    name: 'reasoning in the answer',
    reasoning: true,
    prompt: '[[think:hard]] hello',
    answered: /"reasoning(?:_content)?":"/,
    given: /"reasoning(?:_content)?":"|"thought":true|"type":"thinking"/,
  },
  {
    name: 'refusal',
    prompt: '[[refuse]]',
    answered: /"refusal":"|"finish_reason":"(?:content_filter|refusal)"|can(?:no|'|’)t help/i,
  },
];

export const chatProtocol: InboundProtocol = {
  protocol: 'openai_chat',
  title: 'Chat completions',
  path: '/v1/chat/completions',
  sameEndpoint: 'chat_completions',
  body: (model, prompt) => ({ model, messages: [{ role: 'user', content: prompt }] }),
  features: [...conversation, ...toolUse, ...settings, ...answers],
  notes: [
    'OpenAI shows no reasoning in chat completions; ask at `/v1/responses` for its summaries and its encrypted form.',
    'Where an OpenAI model takes tools together with reasoning at Responses only, the chat completion is asked for there, and translated back.',
    'JSON mode is an instruction to the model at Anthropic, which has no such setting; a JSON schema is held by the provider.',
    'Usage stands in a stream where `stream_options.include_usage` asks for it, and is always asked of the provider.',
  ],
};
