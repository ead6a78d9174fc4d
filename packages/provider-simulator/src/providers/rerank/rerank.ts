import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import { countTokens } from '../../answer/count-tokens.ts';
import { answerAtOnce } from '../../call/answer-at-once.ts';
import { usdOf } from '../../call/compose-reply.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { billTokens, costOf, noUnits, type Billed } from '../../ledger/billed.ts';
import { numberOf, textOf } from '../read-members.ts';
import type { ProviderVoice } from '../voice.ts';

/** How one server's reranking is told from another's. */
export interface RerankFlavour {
  readonly voice: ProviderVoice;
  /** Throws a Refusal in the provider's words. */
  check(request: ReceivedRequest): void;
  /** Whether it bills by searches, as Cohere does, or by tokens, as Jina does. */
  readonly bills: 'searches' | 'tokens';
  readonly alwaysDocuments: boolean;
  /** Members of the answer beside the results. */
  members(answered: Reranked): JsonObject;
}

export interface Reranked {
  readonly id: string;
  readonly model: string;
  readonly billed: Billed;
  readonly tokens: number;
  readonly costUsd: number;
}

const documentsPerSearch = 100;

/** Documents by how many words of the query they have, the best first. */
export const rerank = (flavour: RerankFlavour): Endpoint => ({
  name: 'rerank',
  voice: flavour.voice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request, means) => {
    flavour.check(request);
    const { body, model, call } = request;
    const query = textOf(body['query']);
    const documents = documentsOf(body).map(textOfDocument);
    const tokens = countTokens(query) + documents.reduce((sum, text) => sum + countTokens(text), 0);
    const searches = Math.ceil(documents.length / documentsPerSearch);
    const billed: Billed =
      flavour.bills === 'searches'
        ? { ...billTokens({}), units: { ...noUnits, searches } }
        : billTokens({ inputUncached: tokens });
    const costUsd = usdOf(costOf(billed, means.priceOf(flavour.voice.provider, model)));
    const withDocuments = flavour.alwaysDocuments || body['return_documents'] === true;
    const results = documents
      .map((text, index) => ({
        ...(withDocuments ? { document: { text } } : {}),
        index,
        relevance_score: scoreOf(query, text),
      }))
      .toSorted((a, b) => b.relevance_score - a.relevance_score)
      .slice(0, numberOf(body['top_n']) ?? documents.length);
    return {
      model,
      text: query,
      billed,
      body: { ...flavour.members({ id: call.id, model, billed, tokens, costUsd }), results },
    };
  }),
});

export const documentsOf = ({ documents }: JsonObject): readonly JsonValue[] =>
  isJsonArray(documents) ? documents : [];

const textOfDocument = (document: JsonValue): string => textOf(isJsonObject(document) ? document['text'] : document);

function scoreOf(query: string, text: string): number {
  const words = new Set(text.toLowerCase().split(/\W+/));
  const asked = query
    .toLowerCase()
    .split(/\W+/)
    .filter((word) => word !== '');
  const found = asked.filter((word) => words.has(word)).length;
  return asked.length === 0 ? 0 : Math.round((found / asked.length) * 10_000) / 10_000;
}

/** What is wrong with a request in any server's eyes. */
export function rerankProblem(body: JsonObject): string | undefined {
  if (typeof body['query'] !== 'string' || body['query'] === '') return '"query" must be provided';
  if (documentsOf(body).length === 0) return '"documents" must be a non-empty string array';
  const top = body['top_n'];
  return top === undefined || (typeof top === 'number' && Number.isInteger(top) && top > 0)
    ? undefined
    : '"top_n" must be a positive integer';
}
