import { isJsonArray, type JsonValue, type ProviderRequest } from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { invalidField, isPresent, readOptionalInteger, readString, unsupportedField } from '../base/read-fields.ts';
import { ownBody } from '../base/sent-body.ts';
import { geminiHeaders, modelPath, modelResource } from './build-request.ts';
import type { EmbedRequest } from './wire.ts';

const carried: ReadonlySet<string> = new Set(['model', 'input', 'dimensions', 'encoding_format']);

/** OpenAI's embeddings as a batch of Google's, with the names of what had to be left out. Throws GatewayError. */
export function buildEmbeddingRequest(request: ProviderRequest): WireRequest {
  const { call, target } = request;
  const { value } = call.body;
  readEncoding(value['encoding_format']);
  const outputDimensionality = readOptionalInteger(value['dimensions'], 'dimensions', 1);
  const requests = readTexts(value['input']).map((text): EmbedRequest => ({
    model: modelResource(target),
    content: { parts: [{ text }] },
    ...(outputDimensionality === undefined ? {} : { outputDimensionality }),
  }));
  return {
    path: `${modelPath(target)}:batchEmbedContents`,
    headers: geminiHeaders(request),
    ...ownBody({ requests }),
    droppedFields: Object.keys(value).filter((name) => !carried.has(name) && isPresent(value[name])),
  };
}

/** How the vectors are written, which Google knows one way of. */
export function readEncoding(value: JsonValue | undefined): 'float' | 'base64' {
  if (!isPresent(value) || value === 'float') return 'float';
  if (value === 'base64') return 'base64';
  throw invalidField('encoding_format', 'has to be "float" or "base64".');
}

function readTexts(input: JsonValue | undefined): readonly string[] {
  if (!isJsonArray(input)) return [readString(input, 'input')];
  if (input.length === 0) throw invalidField('input', 'may not be empty.');
  return input.map((one, index) => {
    if (typeof one === 'number' || isJsonArray(one)) {
      throw unsupportedField('input', 'has to be text: tokens mean nothing to this model.');
    }
    return readString(one, `input[${index}]`);
  });
}
