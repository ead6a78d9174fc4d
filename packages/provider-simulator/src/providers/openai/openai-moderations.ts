import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { answerAtOnce } from '../../call/answer-at-once.ts';
import type { Endpoint } from '../../call/endpoint.ts';
import { nothingBilled } from '../../ledger/billed.ts';
import { missing } from '../chat/problems.ts';
import { objectsOf, textOf } from '../read-members.ts';
import type { OpenaiServer } from './openai-server.ts';
import { refuse } from './openai-texts.ts';

const categories: readonly string[] = [
  'harassment',
  'harassment/threatening',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm',
  'self-harm/instructions',
  'self-harm/intent',
  'sexual',
  'sexual/minors',
  'violence',
  'violence/graphic',
];

/** Moderations: free. A text is flagged for each category that it names. */
export const moderations = ({ voice, checkModel }: OpenaiServer): Endpoint => ({
  name: 'moderations',
  voice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request) => {
    const { body, model: asked, call } = request;
    const model = asked === '' ? 'omni-moderation-latest' : asked;
    checkModel({ ...request, model });
    refuse(body['input'] === undefined ? missing('input') : undefined);
    const texts = textsToJudge(body['input']);
    return {
      model,
      text: texts.join('\n'),
      billed: nothingBilled,
      body: { id: `modr-${call.id}`, model, results: texts.map(judge) },
    };
  }),
});

/** A list of parts is one thing to judge, a list of texts is several. */
function textsToJudge(input: JsonValue | undefined): readonly string[] {
  if (typeof input === 'string') return [input];
  if (!isJsonArray(input)) return [];
  return input.every(isJsonObject)
    ? [
        objectsOf(input)
          .map(({ text }) => textOf(text))
          .join('\n'),
      ]
    : input.map(textOf);
}

function judge(text: string): JsonObject {
  const named = categories.filter((category) => text.toLowerCase().includes(category));
  const each = (value: (category: string) => JsonValue): JsonObject =>
    Object.fromEntries(categories.map((category) => [category, value(category)]));
  return {
    flagged: named.length > 0,
    categories: each((category) => named.includes(category)),
    category_scores: each((category) => (named.includes(category) ? 0.98 : 0.0001)),
    category_applied_input_types: each(() => ['text']),
  };
}
