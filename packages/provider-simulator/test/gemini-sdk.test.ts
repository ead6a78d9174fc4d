import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { FunctionCallingConfigMode, GoogleGenAI, Type, type GenerateContentResponse } from '@google/genai';
import { testRefusalsAt } from './refusal-cases.ts';
import { at, sendTo, startFor } from './simulated-call.ts';

const model = 'gemini-2.5-flash-lite';
const thinker = 'gemini-3-pro-preview';
const path = `/gemini/v1beta/models/${model}:generateContent`;
const lookTool = {
  functionDeclarations: [
    { name: 'look', parameters: { type: Type.OBJECT, properties: { place: { type: Type.STRING } } } },
  ],
};

async function connect(t: TestContext) {
  const simulator = await startFor(t);
  const httpOptions = { baseUrl: `${simulator.url}/gemini` };
  return { simulator, gemini: new GoogleGenAI({ apiKey: 'AIza-test', vertexai: false, httpOptions }) };
}

const collect = async (stream: AsyncIterable<GenerateContentResponse>) => {
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  const textOf = (thought: boolean): string =>
    parts
      .filter((part) => (part.thought === true) === thought)
      .map(({ text }) => text ?? '')
      .join('');
  return { last: chunks.at(-1), parts, text: textOf(false), thoughts: textOf(true) };
};

describe('the Google package against the simulated Gemini', () => {
  test('an answer comes whole and as a stream, with usage that adds up', async (t) => {
    const { gemini, simulator } = await connect(t);
    const request = { model, contents: 'good day' };
    const whole = await gemini.models.generateContent(request);
    assert.equal(whole.text, 'You said: good day');
    assert.equal(whole.candidates?.[0]?.finishReason, 'STOP');
    assert.equal(whole.usageMetadata?.promptTokenCount, 2);
    assert.equal(whole.usageMetadata?.candidatesTokenCount, 5);
    const streamed = await collect(await gemini.models.generateContentStream(request));
    assert.equal(streamed.text, 'You said: good day');
    assert.deepEqual(streamed.last?.usageMetadata, whole.usageMetadata);
    await simulator.waitForCalls(2);
    assert.deepEqual(
      simulator.ledger().map(({ endpoint, usage, stream }) => [endpoint, usage.output, stream]),
      [
        ['generate_content', 5, false],
        ['generate_content', 5, true],
      ],
    );
  });

  test('thoughts are counted beside the answer, and shown where they are asked for', async (t) => {
    const { gemini } = await connect(t);
    const request = { model: thinker, contents: 'good day' };
    const hidden = await collect(await gemini.models.generateContentStream(request));
    assert.equal(hidden.thoughts, '');
    const usage = hidden.last?.usageMetadata;
    assert.ok(usage?.thoughtsTokenCount !== undefined && usage.thoughtsTokenCount > 0);
    assert.equal(usage.totalTokenCount, 2 + 5 + usage.thoughtsTokenCount);
    const config = { thinkingConfig: { includeThoughts: true } };
    const shown = await collect(await gemini.models.generateContentStream({ ...request, config }));
    assert.match(shown.thoughts, /^The user wrote: good day/);
    assert.equal(shown.text, 'You said: good day');
  });

  test('functions are called and answered, and a later model wants its signature back', async (t) => {
    const { gemini } = await connect(t);
    const asked = { role: 'user', parts: [{ text: '[[tool:look]][[tool:look]]' }] };
    const config = { tools: [lookTool] };
    const first = await gemini.models.generateContent({ model: thinker, contents: [asked], config });
    const parts = first.candidates?.[0]?.content?.parts ?? [];
    assert.equal(parts.length, 2);
    assert.deepEqual(parts[0]?.functionCall?.args, { place: 'example place' });
    assert.ok(parts[0]?.thoughtSignature !== undefined && parts[1]?.thoughtSignature === undefined);
    const responses = {
      role: 'user',
      parts: parts.map(() => ({ functionResponse: { name: 'look', response: { a: 1 } } })),
    };
    const send = (calls: typeof parts) =>
      gemini.models.generateContent({
        model: thinker,
        contents: [asked, { role: 'model', parts: calls }, responses],
        config,
      });
    assert.equal((await send(parts)).text, 'The tools said: {"a":1}; {"a":1}');
    const unsigned = parts.map(({ functionCall }) => ({ functionCall }));
    await assert.rejects(send(unsigned as typeof parts), /is missing a `thought_signature`/);
    await assert.rejects(send(parts.slice(1)), /number of function response parts is equal/);
  });

  test('a function can be forced, and a schema is satisfied', async (t) => {
    const { gemini } = await connect(t);
    const forced = await gemini.models.generateContent({
      model,
      contents: 'anything',
      config: { tools: [lookTool], toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.ANY } } },
    });
    assert.equal(forced.functionCalls?.[0]?.name, 'look');
    const made = await gemini.models.generateContent({
      model,
      contents: 'how much?',
      config: {
        responseMimeType: 'application/json',
        responseSchema: { type: Type.OBJECT, properties: { fee: { type: Type.INTEGER } } },
      },
    });
    assert.deepEqual(JSON.parse(made.text ?? ''), { fee: 1 });
  });

  test('a blocked prompt has no candidate, an unsafe answer no content, a capped one says so', async (t) => {
    const { gemini, simulator } = await connect(t);
    const ask = (contents: string, config = {}) => gemini.models.generateContent({ model, contents, config });
    const blocked = await ask('[[block]] good day');
    assert.equal(blocked.candidates, undefined);
    assert.equal(blocked.promptFeedback?.blockReason, 'PROHIBITED_CONTENT');
    const unsafe = await ask('[[refuse]]');
    assert.equal(unsafe.candidates?.[0]?.finishReason, 'SAFETY');
    assert.equal(unsafe.candidates?.[0]?.content, undefined);
    const capped = await ask('[[words:50]]', { maxOutputTokens: 4 });
    assert.equal(capped.candidates?.[0]?.finishReason, 'MAX_TOKENS');
    assert.equal(capped.usageMetadata?.candidatesTokenCount, 4);
    await simulator.waitForCalls(3);
    assert.equal(simulator.ledger()[0]?.usage.output, 0);
  });

  test('long prompts that begin alike are read from cache, within the prompt', async (t) => {
    const { gemini } = await connect(t);
    const contents = 'x'.repeat(8000);
    await gemini.models.generateContent({ model, contents });
    const { usageMetadata } = await gemini.models.generateContent({ model, contents });
    assert.equal(usageMetadata?.promptTokenCount, 2000);
    assert.equal(usageMetadata?.cachedContentTokenCount, 1920);
  });

  test('tokens are counted, texts embedded, models listed', async (t) => {
    const { gemini, simulator } = await connect(t);
    assert.equal((await gemini.models.countTokens({ model, contents: 'good day' })).totalTokens, 2);
    const embedded = await gemini.models.embedContent({
      model: 'gemini-embedding-001',
      contents: ['good day', 'good night'],
      config: { outputDimensionality: 8 },
    });
    assert.deepEqual(
      embedded.embeddings?.map(({ values }) => values?.length),
      [8, 8],
    );
    const listed = await gemini.models.list();
    assert.equal(listed.getItem(0).name, 'models/gemini-2.5-flash');
    await simulator.waitForCalls(2);
    assert.deepEqual(
      simulator.ledger().map(({ endpoint, usage }) => [endpoint, usage.inputUncached]),
      [
        ['count_tokens', 0],
        ['embeddings', 5],
      ],
    );
  });

  test('an error has Google’s shape, and in a stream it is one of the events', async (t) => {
    const simulator = await startFor(t, { keys: { gemini: ['AIza-good'] } });
    const refused = await sendTo(simulator, path, { contents: [{ parts: [{ text: 'x' }] }] });
    assert.equal(refused.status, 400);
    assert.equal(at(refused.body, 'error', 'status'), 'INVALID_ARGUMENT');
    assert.equal(at(refused.body, 'error', 'details', 0, 'reason'), 'API_KEY_INVALID');
    const { gemini } = await connect(t);
    const request = { model, contents: '[[fault:error_event status=503]] good day' };
    await assert.rejects(async () => collect(await gemini.models.generateContentStream(request)), /overloaded/);
  });

  test('a stream that is not of events is one array', async (t) => {
    const received = await sendTo(await startFor(t), path.replace('generate', 'streamGenerate'), {
      contents: [{ parts: [{ text: 'good day' }] }],
    });
    const pieces: unknown = JSON.parse(received.body);
    assert.ok(Array.isArray(pieces) && pieces.length > 1);
  });
});

describe('what it refuses', () => {
  const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
  const declare = (parameters: Record<string, string>) => ({
    tools: [{ functionDeclarations: [{ name: 'f', parameters }] }],
  });
  testRefusalsAt(path, {
    right: { contents },
    cases: [
      { what: 'no contents', members: { contents: undefined }, says: /contents is not specified/ },
      { what: 'an unknown member', members: { messages: [] }, says: /Unknown name "messages"/ },
      { what: 'an unknown role', members: { contents: [{ ...contents[0], role: 'assistant' }] }, says: /valid role/ },
      { what: 'a turn without parts', members: { contents: [{ role: 'user', parts: [] }] }, says: /must not be empty/ },
      {
        what: 'broken base64',
        members: { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: '§' } }] }] },
        says: /Base64 decoding failed/,
      },
      { what: 'too hot a temperature', members: { generationConfig: { temperature: 3 } }, says: /temperature/ },
      { what: 'a schema beyond its own', members: declare({ $ref: '#/x' }), says: /Unknown name "\$ref"/ },
    ],
  });
  testRefusalsAt('/gemini/v1beta/models/gemini-2.5-pro:generateContent', {
    right: { contents },
    cases: [
      {
        what: 'to be kept from thinking',
        members: { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
        says: /only works in thinking mode/,
      },
    ],
  });
});
