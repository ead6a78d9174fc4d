import type { JsonObject } from '@tollgate/core';
import { answerAtOnce } from '../../call/answer-at-once.ts';
import { usdOf } from '../../call/compose-reply.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { billTokens, costOf } from '../../ledger/billed.ts';
import { invalid, type ChatProblem } from '../chat/problems.ts';
import { numberOf, textOf } from '../read-members.ts';
import type { ProviderVoice } from '../voice.ts';
import { embedText, packFloats } from './embed-text.ts';
import { checkEmbeddingInputs, readEmbeddingInputs } from './read-embedding-inputs.ts';

/** How one server's embeddings are told from another's. */
export interface EmbeddingsFlavour {
  readonly voice: ProviderVoice;
  /** Throws a Refusal in the provider's words. */
  check(request: ReceivedRequest): void;
  /** Members beside OpenAI's, and of the usage. */
  extras(answered: { readonly id: string; readonly costUsd: number }): {
    readonly body: JsonObject;
    readonly usage: JsonObject;
  };
}

/** Embeddings, as floats or packed in base64. */
export const embeddings = (flavour: EmbeddingsFlavour): Endpoint => ({
  name: 'embeddings',
  voice: flavour.voice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request, means) => {
    const { body, model, call } = request;
    flavour.check(request);
    const inputs = readEmbeddingInputs(body);
    const dimensions = numberOf(body['dimensions']) ?? dimensionsOf(model);
    const tokens = inputs.reduce((sum, input) => sum + input.tokens, 0);
    const billed = billTokens({ inputUncached: tokens });
    const costUsd = usdOf(costOf(billed, means.priceOf(flavour.voice.provider, model)));
    const extras = flavour.extras({ id: call.id, costUsd });
    return {
      model,
      text: inputs.map(({ text }) => text).join('\n'),
      billed,
      body: {
        object: 'list',
        data: inputs.map(({ text }, index) => {
          const values = embedText(text, dimensions);
          const embedding = body['encoding_format'] === 'base64' ? packFloats(values) : values;
          return { object: 'embedding', index, embedding };
        }),
        model,
        usage: { prompt_tokens: tokens, total_tokens: tokens, ...extras.usage },
        ...extras.body,
      },
    };
  }),
});

const dimensionsByModel: ReadonlyMap<string, number> = new Map([
  ['text-embedding-3-small', 1536],
  ['text-embedding-3-large', 3072],
  ['text-embedding-ada-002', 1536],
]);

const dimensionsOf = (model: string): number => dimensionsByModel.get(model.slice(model.indexOf('/') + 1)) ?? 768;

/** Why OpenAI refuses to embed, in its words. */
export function checkEmbeddings(body: JsonObject): ChatProblem | undefined {
  const format = body['encoding_format'];
  if (format !== undefined && format !== 'float' && format !== 'base64') {
    return invalid(
      `Invalid value for 'encoding_format' = ${textOf(format)}. Must be one of ['float', 'base64']`,
      'encoding_format',
    );
  }
  return checkEmbeddingInputs(body) ?? checkDimensions(body);
}

function checkDimensions(body: JsonObject): ChatProblem | undefined {
  const { dimensions } = body;
  if (dimensions === undefined || dimensions === null) return undefined;
  const model = textOf(body['model']);
  if (!model.includes('embedding-3')) return invalid('This model does not support specifying dimensions.', null);
  const most = dimensionsOf(model);
  if (typeof dimensions === 'number' && Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= most) {
    return undefined;
  }
  return invalid(
    `Invalid value for 'dimensions' = ${JSON.stringify(dimensions)}. Must be greater than 0 and less than or equal to ${most}.`,
    'dimensions',
  );
}
