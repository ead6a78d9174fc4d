import { isJsonObject, type JsonObject } from '@tollgate/core';
import { countTokens } from '../../answer/count-tokens.ts';
import { answerAtOnce, type AnswerAtOnce } from '../../call/answer-at-once.ts';
import { promptTokens } from '../../call/compose-reply.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { Refusal } from '../../call/refusal.ts';
import { billTokens, nothingBilled } from '../../ledger/billed.ts';
import { embedText } from '../embeddings/embed-text.ts';
import { numberOf, objectsOf } from '../read-members.ts';
import { checkContents } from './check-contents.ts';
import { checkGeminiModel } from './gemini-content.ts';
import { geminiVoice } from './gemini-voice.ts';
import { partsOf, textOfParts } from './parts.ts';
import { readGenerateAsk } from './read-generate-ask.ts';
import { textTokens } from './write-contents.ts';

/** How tokens are counted; costs nothing. */
export const geminiCountTokens: Endpoint = {
  name: 'count_tokens',
  voice: geminiVoice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request) => {
    checkGeminiModel(request);
    const { body, model } = request;
    const counted = isJsonObject(body['generateContentRequest']) ? body['generateContentRequest'] : body;
    refuse(checkContents(model, counted));
    const { prompt, userText } = readGenerateAsk(model, counted, false);
    const totalTokens = promptTokens(prompt);
    const answer = { totalTokens, promptTokensDetails: textTokens(totalTokens) };
    return { model, text: userText, body: answer, billed: nothingBilled };
  }),
};

/** One embedding. */
export const geminiEmbed: Endpoint = {
  name: 'embeddings',
  voice: geminiVoice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request) => {
    const { texts, ...answered } = embedAll(request, [request.body]);
    return { ...answered, body: { embedding: { values: valuesOf(request.body, texts[0] ?? '') } } };
  }),
};

/** As many embeddings as requests. */
export const geminiBatchEmbed: Endpoint = {
  ...geminiEmbed,
  answer: answerAtOnce((request) => {
    const requests = objectsOf(request.body['requests']);
    refuse(
      requests.length === 0 ? '* BatchEmbedContentsRequest.requests: at least one request is required' : undefined,
    );
    const { texts, ...answered } = embedAll(request, requests);
    const embeddings = requests.map((one, index) => ({ values: valuesOf(one, texts[index] ?? '') }));
    const { inputUncached: promptTokenCount } = answered.billed.usage;
    const usageMetadata = { promptTokenCount, promptTokenDetails: textTokens(promptTokenCount) };
    return { ...answered, body: { embeddings, usageMetadata } };
  }),
};

interface Embedded extends Omit<AnswerAtOnce, 'body'> {
  readonly texts: readonly string[];
}

function embedAll(received: ReceivedRequest, requests: readonly JsonObject[]): Embedded {
  checkGeminiModel(received);
  const texts = requests.map(({ content }) => textOfParts(partsOf(content)));
  refuse(texts.includes('') ? '* EmbedContentRequest.content: content is not specified\n' : undefined);
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  return { model: received.model, text: texts.join('\n'), texts, billed: billTokens({ inputUncached: tokens }) };
}

const dimensionsByDefault = 3072;

const valuesOf = (request: JsonObject, text: string): readonly number[] =>
  embedText(text, numberOf(request['outputDimensionality']) ?? dimensionsByDefault);

function refuse(message: string | undefined): void {
  if (message !== undefined) throw new Refusal({ kind: '400', message });
}
