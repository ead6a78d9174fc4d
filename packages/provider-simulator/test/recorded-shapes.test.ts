import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import { readTranscripts } from '../src/index.ts';
import { eventData, sendTo, startFor } from './simulated-call.ts';

const wireFolder = process.env['TOLLGATE_WIRE_DIR'];

/** A recording, and a call that is answered in the same way. */
interface Likeness {
  readonly recording: string;
  readonly path: string;
  readonly body: JsonObject;
  /** Members of the recording that the simulator leaves out. */
  readonly without?: readonly string[];
}

const openaiResponses = '/openai/v1/responses';
const message = { max_tokens: 5000, stream: true };
const tools = ['a', 'b'].map((name) => ({ type: 'function', name, parameters: { type: 'object', properties: {} } }));
const says = (content: string) => [{ role: 'user', content }];

const likenesses: readonly Likeness[] = [
  {
    recording: '19-openai-responses-stream-parallel-tools.yaml',
    path: openaiResponses,
    body: { model: 'gpt-5.6', input: '[[tool:a]][[tool:b]]', tools, stream: true, reasoning: { effort: 'none' } },
    without: ['.tools[].output_schema', '.tools[].description', '.tools[].parameters.required'],
  },
  {
    recording: '20-openai-responses-stream-incomplete-max-tokens.yaml',
    path: openaiResponses,
    body: {
      model: 'gpt-5.6',
      input: 'x'.repeat(300),
      stream: true,
      max_output_tokens: 16,
      include: ['reasoning.encrypted_content'],
    },
  },
  {
    recording: '22-openai-responses-stream-text-gpt56.yaml',
    path: openaiResponses,
    body: { model: 'gpt-5.6', input: 'OK', stream: true, reasoning: { effort: 'none' } },
  },
  {
    recording: '24-openai-responses-nonstream-tool-required.yaml',
    path: openaiResponses,
    body: { model: 'gpt-4o', input: 'x', tools, tool_choice: 'required' },
    without: ['.billing', '.tools[].description', '.tools[].parameters'],
  },
  {
    recording: '51-openrouter-responses-stream-raw-cot.yaml',
    path: '/openrouter/api/v1/responses',
    body: { model: 'openai/gpt-oss-20b', input: '[[think]] x', stream: true },
  },
  {
    recording: '54-openrouter-messages-stream-skin.yaml',
    path: '/openrouter/api/v1/messages',
    body: { ...message, model: 'anthropic/claude-haiku-4.5', messages: says('x') },
    without: ['.content_block.citations', '.context_management', '.delta.container'],
  },
  {
    recording: '28-anthropic-stream-redacted-thinking.yaml',
    path: '/anthropic/v1/messages',
    body: { ...message, model: 'claude-haiku-4-5', messages: says('[[redact]] x') },
  },
  {
    recording: '14-openai-embeddings-base64.yaml',
    path: '/openai/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: 'x', encoding_format: 'base64' },
  },
];

/** Every member, by the type of the event that it stands in. */
function membersOf(text: string): ReadonlySet<string> {
  const values = text.includes('data: {') ? eventData(text).map(tryParseJson) : [tryParseJson(text)];
  return new Set(
    values.filter(isJsonObject).flatMap((value) => pathsIn(value).map((path) => `${textOfType(value)} ${path}`)),
  );
}

const textOfType = ({ type }: JsonObject): string => (typeof type === 'string' ? type : '');

function pathsIn(value: JsonValue | undefined, at = ''): readonly string[] {
  if (isJsonArray(value)) return value.flatMap((one) => pathsIn(one, `${at}[]`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => [`${at}.${name}`, ...pathsIn(one, `${at}.${name}`)]);
}

for (const { recording, path, body, without = [] } of likenesses) {
  test(
    `what is answered at ${path} has all events and members of ${recording}`,
    { skip: wireFolder === undefined && 'TOLLGATE_WIRE_DIR is not set' },
    async (t) => {
      const [exchange] = readTranscripts(join(wireFolder ?? '', recording));
      const recorded = membersOf(exchange?.response.body.toString('utf8') ?? '');
      const answered = membersOf((await sendTo(await startFor(t), path, body)).body);
      assert.ok(recorded.size > 0);
      const missing = [...recorded].filter((one) => !answered.has(one) && !without.some((left) => one.includes(left)));
      assert.deepEqual(missing, []);
    },
  );
}
