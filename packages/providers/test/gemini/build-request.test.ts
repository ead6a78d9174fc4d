import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError, isJsonArray, isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import { buildGeminiRequest } from '../../src/gemini/build-request.ts';
import { providerRequest } from '../support/provider-request.ts';

const user = { role: 'user', content: 'Hello' };

function build(members: JsonObject, providerModel = 'gemini-3.6-flash') {
  const wire = buildGeminiRequest(
    providerRequest({ body: { model: 'm', messages: [user], ...members }, providerModel }),
  );
  const body = tryParseJson(wire.body.toString('utf8'));
  assert.ok(isJsonObject(body));
  return { ...wire, body };
}

const at = (value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((within, step) => {
    if (typeof step === 'number') return isJsonArray(within) ? within[step] : undefined;
    return isJsonObject(within) ? within[step] : undefined;
  }, value);

const refusal = (members: JsonObject): GatewayError => {
  try {
    build(members);
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new assert.AssertionError({ message: 'was not refused' });
};

const call = (id: string, name: string, text = '{}') => ({ id, type: 'function', function: { name, arguments: text } });
const result = (id: string, content: JsonValue): JsonObject => ({ role: 'tool', tool_call_id: id, content });
const png = 'data:image/png;base64,iVBORw0KGgo=';

test('a name out of a request cannot leave its place in the path', () => {
  assert.equal(build({}, '../x?key=1#').path, '/models/..%2Fx%3Fkey%3D1%23:generateContent');
  assert.equal(build({ stream: true }).path, '/models/gemini-3.6-flash:streamGenerateContent?alt=sse');
});

test('instructions that open the conversation stand apart, later ones where they were', () => {
  const messages = [
    { role: 'system', content: 'one' },
    { role: 'developer', content: 'two' },
    user,
    { role: 'assistant', content: 'Hi' },
    { role: 'system', content: 'three' },
    user,
  ];
  const { body } = build({ messages });
  assert.deepEqual(body['systemInstruction'], { parts: [{ text: 'one' }, { text: 'two' }] });
  assert.deepEqual(body['contents'], [
    { role: 'user', parts: [{ text: 'Hello' }] },
    { role: 'model', parts: [{ text: 'Hi' }] },
    { role: 'user', parts: [{ text: '<system-instruction>\nthree\n</system-instruction>' }, { text: 'Hello' }] },
  ]);
});

test('results of parallel calls come in the order of the calls, by id and name, attachments behind them all', () => {
  const messages = [
    user,
    { role: 'assistant', content: null, tool_calls: [call('a', 'f', '{"x":1}'), call('b', 'f')] },
    result('b', [
      { type: 'text', text: '2' },
      { type: 'image_url', image_url: { url: png } },
    ]),
    { ...result('a', 'no'), is_error: true },
  ];
  const contents = build({ messages }, 'gemini-2.5-flash').body['contents'];
  assert.deepEqual(at(contents, 1, 'parts'), [
    { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
    { functionCall: { id: 'b', name: 'f', args: {} } },
  ]);
  assert.deepEqual(at(contents, 2, 'parts'), [
    { functionResponse: { id: 'a', name: 'f', response: { error: 'no' } } },
    { functionResponse: { id: 'b', name: 'f', response: { output: '2' } } },
    { text: 'Attached to the result of f (b):' },
    { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
  ]);
});

test('results that no call waits for, and calls that wait for ever, are refused', () => {
  const calling = { role: 'assistant', tool_calls: [call('a', 'f')] };
  for (const messages of [
    [user, result('a', 'x')],
    [user, calling, user],
    [user, calling, result('a', 'x'), result('a', 'y')],
    [user, { role: 'assistant', tool_calls: [call('a', 'f'), call('a', 'g')] }],
  ]) {
    assert.equal(refusal({ messages }).code, 'invalid_field');
  }
});

test('what was thought goes back to the part that it came with', () => {
  const sealed = (data: string, id?: string) => ({ type: 'reasoning.encrypted', format: 'google-gemini-v1', data, id });
  const turn = (details: readonly JsonObject[]) => ({
    messages: [
      user,
      { role: 'assistant', content: 'Hi', reasoning_details: details, tool_calls: [call('a', 'f'), call('b', 'g')] },
      result('a', '1'),
      result('b', '2'),
    ],
  });
  const signatures = (details: readonly JsonObject[], model?: string) => {
    const parts = at(build(turn(details), model).body['contents'], 1, 'parts');
    return isJsonArray(parts) ? parts.map((part) => at(part, 'thoughtSignature')) : [];
  };
  assert.deepEqual(signatures([sealed('t'), sealed('s', 'a')]), ['t', 's', undefined]);
  assert.deepEqual(signatures([sealed('s', 'another id')]), [undefined, 's', undefined]);
  // Another model made the calls: Gemini 3 wants to be told so, and those before it do not.
  assert.deepEqual(signatures([{ type: 'reasoning.text', format: 'anthropic-claude-v1', signature: 'x' }]), [
    undefined,
    'skip_thought_signature_validator',
    undefined,
  ]);
  assert.deepEqual(signatures([], 'gemini-2.5-pro'), [undefined, undefined, undefined]);
});

test('files come inline, and addresses are refused', () => {
  const content = [
    { type: 'image_url', image_url: { url: png } },
    { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0x', context: 'of May' } },
    { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
  ];
  assert.deepEqual(at(build({ messages: [{ role: 'user', content }] }).body['contents'], 0, 'parts'), [
    { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
    { text: 'of May' },
    { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0x' } },
    { inlineData: { mimeType: 'audio/wav', data: 'AAAA' } },
  ]);
  for (const url of [
    'https://example.com/a.png',
    'http://10.0.0.1/a.png',
    'data:image/gif;base64,R0lGODlh',
    'nothing',
  ]) {
    const error = refusal({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] });
    assert.match(error.message, /image_url/);
  }
});

test('settings of the answer', () => {
  const { body, droppedFields } = build({
    max_tokens: 5,
    temperature: 0,
    top_p: 0.5,
    top_k: 3,
    stop: ['a', ''],
    n: 2,
    seed: 7,
    presence_penalty: 1,
    frequency_penalty: -1,
    logprobs: true,
    top_logprobs: 2,
    user: 'u',
    response_format: { type: 'json_object' },
  });
  assert.deepEqual(body['generationConfig'], {
    temperature: 0,
    topP: 0.5,
    topK: 3,
    seed: 7,
    presencePenalty: 1,
    frequencyPenalty: -1,
    stopSequences: ['a'],
    candidateCount: 2,
    responseLogprobs: true,
    logprobs: 2,
    responseMimeType: 'application/json',
  });
  assert.deepEqual(droppedFields, ['user']);
});

test('a cap is sent as it is admitted', () => {
  const wire = buildGeminiRequest(providerRequest({ outputCapTokens: 9 }));
  assert.deepEqual(at(tryParseJson(wire.body.toString('utf8')), 'generationConfig'), { maxOutputTokens: 9 });
});

test('thinking is asked for as the family takes it, and what it does not take is named', () => {
  const thinking = (members: JsonObject, model: string) => {
    const { body, droppedFields } = build(members, model);
    return [at(body['generationConfig'], 'thinkingConfig'), droppedFields];
  };
  const shown = { includeThoughts: true };
  for (const [members, model, expected] of [
    [{ reasoning_effort: 'low' }, 'gemini-3.6-flash', [{ ...shown, thinkingLevel: 'LOW' }, []]],
    [{ reasoning_effort: 'minimal' }, 'gemini-3.1-pro-preview', [{ ...shown, thinkingLevel: 'LOW' }, []]],
    [{ reasoning_effort: 'medium' }, 'gemini-2.5-flash', [{ ...shown, thinkingBudget: 8192 }, []]],
    [{ reasoning_effort: 'none' }, 'gemini-2.5-flash', [{ thinkingBudget: 0 }, []]],
    [{ reasoning_effort: 'none' }, 'gemini-2.5-pro', [{ thinkingBudget: 128 }, ['reasoning_effort']]],
    [{ reasoning_effort: 'none' }, 'gemini-flash-latest', [{ thinkingLevel: 'MINIMAL' }, ['reasoning_effort']]],
    [{ reasoning_effort: 'high' }, 'gemma-3-27b-it', [undefined, ['reasoning_effort']]],
    [{ reasoning: { max_tokens: 2000 } }, 'gemini-2.5-pro', [{ ...shown, thinkingBudget: 2000 }, []]],
    [
      { reasoning: { max_tokens: 90_000 } },
      'gemini-2.5-pro',
      [{ ...shown, thinkingBudget: 32_768 }, ['reasoning.max_tokens']],
    ],
    [{ reasoning: { enabled: true, exclude: true } }, 'gemini-2.5-flash', [{ thinkingBudget: -1 }, []]],
    [{ reasoning: { enabled: true } }, 'gemini-3.6-flash', [shown, []]],
    [{ reasoning: { enabled: false } }, 'gemini-2.5-flash', [{ thinkingBudget: 0 }, []]],
  ] as const) {
    assert.deepEqual(thinking(members, model), expected, `${model} ${JSON.stringify(members)}`);
  }
});

test('a schema keeps what Gemini knows; what is left out of it is named, or refused where the answer has to fit it', () => {
  const schema = {
    $schema: 'x',
    type: 'object',
    definitions: { P: { type: 'string', pattern: '^a' } },
    properties: {
      p: { allOf: [{ $ref: '#/definitions/P' }], description: 'one' },
      k: { const: 'v' },
      pattern: { type: 'string' },
    },
    additionalProperties: false,
  };
  const kept = {
    type: 'object',
    $defs: { P: { type: 'string' } },
    properties: { p: { $ref: '#/$defs/P', description: 'one' }, k: { enum: ['v'] }, pattern: { type: 'string' } },
    additionalProperties: false,
  };
  const tools = [{ type: 'function', function: { name: 'f', parameters: schema } }];
  const asTool = build({ tools });
  assert.deepEqual(at(asTool.body['tools'], 0, 'functionDeclarations', 0, 'parametersJsonSchema'), kept);
  assert.deepEqual(asTool.droppedFields, ['tools[].function.parameters.pattern']);
  const format = (of: JsonObject) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema: of } },
  });
  const asFormat = build(format(schema));
  assert.deepEqual(at(asFormat.body['generationConfig'], 'responseJsonSchema'), kept);
  assert.deepEqual(asFormat.droppedFields, ['response_format.json_schema.schema.pattern']);
  assert.equal(refusal(format({ not: { type: 'string' } })).code, 'unsupported_field');
  const negated = [{ type: 'function', function: { name: 'f', parameters: { not: {} } } }];
  assert.deepEqual(build({ tools: negated }).droppedFields, ['tools[].function.parameters.not']);
});

test('tools are chosen by mode and name', () => {
  const tools = ['f', '1 odd'].map((name) => ({ type: 'function', function: { name, strict: true } }));
  const named = (name: string) => ({ type: 'function', function: { name } });
  const choose = (choice: JsonValue) => {
    const { body } = build({ tools, tool_choice: choice });
    const declared = at(body['tools'], 0, 'functionDeclarations');
    return [at(body['toolConfig'], 'functionCallingConfig'), isJsonArray(declared) ? declared.length : 0];
  };
  const odd = at(build({ tools }).body['tools'], 0, 'functionDeclarations', 1, 'name');
  assert.match(typeof odd === 'string' ? odd : '', /^_1_odd_[0-9a-f]{10}$/);
  assert.deepEqual(choose('required'), [{ mode: 'ANY' }, 2]);
  assert.deepEqual(choose(named('1 odd')), [{ mode: 'ANY', allowedFunctionNames: [odd] }, 2]);
  const allowed = (mode: string) => ({ type: 'allowed_tools', allowed_tools: { mode, tools: [named('f')] } });
  assert.deepEqual(choose(allowed('auto')), [{ mode: 'AUTO' }, 1]);
  assert.deepEqual(choose(allowed('required')), [{ mode: 'ANY', allowedFunctionNames: ['f'] }, 2]);
  assert.deepEqual(build({ tools, parallel_tool_calls: false }).droppedFields, [
    'tools[].function.strict',
    'parallel_tool_calls',
  ]);
  assert.equal(refusal({ tools: [{ type: 'web_search' }] }).code, 'unsupported_field');
});

test('marks for caching and details that have no counterpart are named', () => {
  const content = [
    { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
    { type: 'image_url', image_url: { url: png, detail: 'high' } },
    { type: 'file', file: { file_data: 'data:text/plain;base64,YQ==', filename: 'a.txt' } },
  ];
  assert.deepEqual(build({ messages: [{ role: 'user', name: 'n', content }], metadata: {} }).droppedFields, [
    'metadata',
    'messages[].name',
    'messages[].content[].image_url.detail',
    'messages[].content[].file.filename',
    'cache_control',
  ]);
  assert.equal(refusal({ logit_bias: { 1: 2 } }).code, 'unsupported_field');
});
