import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AttemptError, isJsonObject, noUsage, tryParseJson, type JsonObject } from '@tollgate/core';
import { geminiEmbeddingsAdapter as adapter } from '../../src/gemini/embeddings.ts';
import { providerRequest } from '../support/provider-request.ts';

const asked = (members: JsonObject) =>
  providerRequest({ body: { model: 'm', input: 'hello', ...members }, providerModel: 'gemini-embedding-001' });

const built = (members: JsonObject): JsonObject => JSON.parse(adapter.buildRequest(asked(members)).body.toString());

const read = (answer: JsonObject, members: JsonObject = {}) => {
  const whole = adapter.readWhole(Buffer.from(JSON.stringify(answer)), asked(members));
  const said = tryParseJson(whole.body.toString());
  assert.ok(isJsonObject(said));
  return { said, facts: whole.facts };
};

const request = (text: string): JsonObject => ({
  model: 'models/gemini-embedding-001',
  content: { parts: [{ text }] },
});

describe('embeddings asked of Gemini', () => {
  test('are a batch, whether one text or several are asked for', () => {
    assert.deepEqual(built({}), { requests: [request('hello')] });
    assert.deepEqual(built({ input: ['a', 'b'] }), { requests: [request('a'), request('b')] });
    const { path, headers } = adapter.buildRequest(asked({}));
    assert.equal(path, '/models/gemini-embedding-001:batchEmbedContents');
    assert.equal(headers['x-goog-api-key'], 'sk-secret-credential');
  });

  test('have the dimensions that are asked for, and what has no counterpart is named', () => {
    assert.deepEqual(built({ dimensions: 8 }), { requests: [{ ...request('hello'), outputDimensionality: 8 }] });
    const { droppedFields } = adapter.buildRequest(
      asked({ user: 'kim', input_type: 'query', encoding_format: 'float' }),
    );
    assert.deepEqual(droppedFields, ['user', 'input_type']);
  });

  test('of tokens, of nothing or in an unknown encoding are refused in clear words', () => {
    for (const input of [[1, 2], [[1, 2]]]) {
      assert.throws(() => built({ input }), { code: 'unsupported_field', param: 'input', message: /has to be text/ });
    }
    assert.throws(() => built({ input: [] }), { code: 'invalid_field', param: 'input' });
    assert.throws(() => built({ input: [null] }), { code: 'invalid_field', param: 'input[0]' });
    assert.throws(() => built({ encoding_format: 'hex' }), { code: 'invalid_field', param: 'encoding_format' });
    assert.throws(() => built({ dimensions: 0 }), { code: 'invalid_field', param: 'dimensions' });
  });
});

describe('embeddings that Gemini gives', () => {
  const embeddings = [{ values: [0.5, -0.25] }, { values: [1, 0] }];

  test('come out as OpenAI has them, with usage', () => {
    const { said, facts } = read({ embeddings, usageMetadata: { promptTokenCount: 7 } });
    assert.deepEqual(said, {
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.5, -0.25] },
        { object: 'embedding', index: 1, embedding: [1, 0] },
      ],
      model: 'gemini-embedding-001',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
    assert.deepEqual(facts.usage, { ...noUsage, inputUncached: 7 });
  });

  test('are packed where the caller asks for base64', () => {
    const { said } = read({ embeddings: [{ values: [0.5, -0.25] }] }, { encoding_format: 'base64' });
    const packed = Buffer.from(new Float32Array([0.5, -0.25]).buffer).toString('base64');
    assert.deepEqual(said['data'], [{ object: 'embedding', index: 0, embedding: packed }]);
  });

  test('whose usage is not told say none, and are charged by an estimate', () => {
    const { said, facts } = read({ embeddings });
    assert.equal('usage' in said, false);
    assert.equal(facts.usage, undefined);
  });

  test('are an error where the answer holds none', () => {
    for (const answer of [{}, { embeddings: [] }, { embeddings: [{}] }, { embeddings: [{ values: ['x'] }] }]) {
      assert.throws(
        () => read(answer),
        (error) => error instanceof AttemptError && error.code === 'malformed_answer',
      );
    }
  });
});
