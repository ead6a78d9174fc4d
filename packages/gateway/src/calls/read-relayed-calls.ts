import { isFormBody, isJsonArray, isJsonObject, type Call, type JsonBody, type RelayProtocol } from '@tollgate/core';
import { invalid, isAbsent, missing, readCap, readCount, readFlag, readModel } from './call-fields.ts';

/** What admission and routing need of calls that are only relayed; every other field is the provider's to judge. */

/** One answer that is no text: nothing comes out that is counted in tokens. */
const plain = (protocol: RelayProtocol, body: JsonBody): Call => ({
  endpoint: protocol,
  protocol,
  model: readModel(body.value['model']),
  stream: false,
  wantsStreamUsage: true,
  choices: 1,
  outputCapTokens: 0,
  serviceTier: undefined,
  body,
});

/** The API's own when the caller names none. */
const defaultCompletionTokens = 16;
const maxCompletions = 128;

export function readCompletionCall(body: JsonBody): Call {
  const { value } = body;
  const [n, bestOf] = ['n', 'best_of'].map((param) => readCount(value[param], { param, most: maxCompletions }) ?? 1);
  const prompts = isJsonArray(value['prompt']) && typeof value['prompt'][0] !== 'number' ? value['prompt'].length : 1;
  const options = value['stream_options'];
  const stream = readFlag(value['stream'], 'stream');
  return {
    ...plain('completions', body),
    stream,
    wantsStreamUsage: stream && isJsonObject(options) && options['include_usage'] === true,
    choices: Math.max(n ?? 1, bestOf ?? 1) * Math.max(1, prompts),
    outputCapTokens: readCap(value, 'max_tokens') ?? defaultCompletionTokens,
  };
}

export function readEmbeddingsCall(body: JsonBody): Call {
  if (isAbsent(body.value['input'])) throw missing('input', 'send what is to be embedded');
  return plain('embeddings', body);
}

/** Without a model the provider takes its latest, which is not known here: so one has to be named. */
export function readModerationCall(body: JsonBody): Call {
  if (isAbsent(body.value['input'])) throw missing('input', 'send what is to be judged');
  return plain('moderations', body);
}

const maxImages = 10;

export function readImageCall(body: JsonBody): Call {
  const { value } = body;
  if (isAbsent(value['prompt'])) throw missing('prompt', 'say what the image is to show');
  return {
    ...plain('images_generations', body),
    stream: readFlag(value['stream'], 'stream'),
    choices: readCount(value['n'], { param: 'n', most: maxImages }) ?? 1,
    outputCapTokens: undefined,
  };
}

/** Speech comes as it is made, as bytes or, with `stream_format: sse`, as events. */
export function readSpeechCall(body: JsonBody): Call {
  const { input, stream_format: format } = body.value;
  if (typeof input !== 'string' || input === '') throw missing('input', 'send the text that is to be spoken');
  // A character of the text is at most a UTF-16 unit as it is billed.
  const units = { likely: input.length, most: input.length };
  const common = { ...plain('audio_speech', body), stream: true, outputCapTokens: undefined, units };
  return format === 'sse' ? common : { ...common, answersInBytes: true };
}

/** A second of a recording as clients commonly send them (128 kbit/s), and what it is in bytes of text. */
const likelyBytesPerSecond = 16_000;
const textBytesPerSecond = 40;

export const readTranscriptionCall = (body: JsonBody): Call => readHeardCall('audio_transcriptions', body);
export const readTranslationCall = (body: JsonBody): Call => readHeardCall('audio_translations', body);

function readHeardCall(protocol: 'audio_transcriptions' | 'audio_translations', body: JsonBody): Call {
  const fileBytes = isFormBody(body) ? body.fileBytes : 0;
  if (fileBytes === 0) throw missing('file', 'send the recording');
  const { stream } = body.value;
  if (stream !== undefined && stream !== 'true' && stream !== 'false')
    throw invalid('stream', 'has to be true or false');
  const likelySeconds = Math.ceil(fileBytes / likelyBytesPerSecond);
  return {
    ...plain(protocol, body),
    stream: stream === 'true',
    outputCapTokens: undefined,
    units: { likely: likelySeconds, most: undefined },
    inputTextBytes: likelySeconds * textBytesPerSecond,
  };
}

/** Cohere's unit: a query with up to 100 documents, of which one of more than 500 tokens counts as several. */
const documentsPerSearch = 100;
const bytesPerDocument = 500;

export function readRerankCall(body: JsonBody): Call {
  const { query, documents } = body.value;
  if (isAbsent(query)) throw missing('query', 'say what the documents are ranked by');
  if (!isJsonArray(documents) || documents.length === 0) throw invalid('documents', 'has to be a non-empty array');
  const most = Math.ceil((documents.length + body.byteLength / bytesPerDocument) / documentsPerSearch);
  const likely = Math.ceil(documents.length / documentsPerSearch);
  return { ...plain('rerank', body), units: { likely, most } };
}

/** Free of charge, so that nothing is reserved but the request. */
export const readCountCall = (body: JsonBody): Call => ({ ...plain('count_tokens', body), inputTextBytes: 0 });
