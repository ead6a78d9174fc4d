import {
  isJsonArray,
  isJsonObject,
  noUsage,
  type JsonObject,
  type JsonValue,
  type ProviderRequest,
} from '@tollgate/core';
import { noFacts, type Adapter, type WholeAnswer } from '../base/adapter.ts';
import { malformedAnswer } from '../base/answer-errors.ts';
import { notServed } from '../base/not-served.ts';
import { buildEmbeddingRequest, readEncoding } from './build-embedding.ts';
import { parseError } from './parse-error.ts';
import { parseUsage } from './parse-usage.ts';
import { parseAnswer } from './read-whole.ts';

/** OpenAI's embeddings over Google's `batchEmbedContents` (https://ai.google.dev/api/embeddings). */
export const geminiEmbeddingsAdapter: Adapter = {
  buildRequest: buildEmbeddingRequest,
  createStreamReader: notServed.createStreamReader,
  readWhole: readEmbeddings,
  readError: parseError,
  // Google names none.
  requestIdHeader: '',
};

/** Throws AttemptError for a 2xx that holds no vectors. Some versions of the API tell no usage; then neither does the answer. */
function readEmbeddings(body: Buffer, { call, target }: ProviderRequest): WholeAnswer {
  const answer = parseAnswer(body);
  const encoding = readEncoding(call.body.value['encoding_format']);
  const vectors = isJsonArray(answer['embeddings']) ? answer['embeddings'].map(valuesOf) : [];
  if (vectors.length === 0) throw malformedAnswer('the answer has no embeddings');
  const usage = parseUsage(answer['usageMetadata']);
  const prompt = usage?.inputUncached;
  const said: JsonObject = {
    object: 'list',
    data: vectors.map((values, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? packFloats(values) : values,
    })),
    model: target.providerModel,
    ...(prompt === undefined ? {} : { usage: { prompt_tokens: prompt, total_tokens: prompt } }),
  };
  return {
    body: Buffer.from(JSON.stringify(said)),
    facts: {
      ...noFacts,
      contentSeen: true,
      usage: prompt === undefined ? undefined : { ...noUsage, inputUncached: prompt },
    },
  };
}

function valuesOf(embedding: JsonValue): readonly number[] {
  const values = isJsonObject(embedding) ? embedding['values'] : undefined;
  const numbers = isJsonArray(values) ? values.filter((value) => typeof value === 'number') : [];
  if (numbers.length === 0) throw malformedAnswer('an embedding of the answer has no values');
  return numbers;
}

/** As OpenAI packs them: four bytes a number, the low ones first. */
function packFloats(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
