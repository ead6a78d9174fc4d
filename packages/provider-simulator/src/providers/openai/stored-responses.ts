import type { JsonObject } from '@tollgate/core';
import { answerAtOnce } from '../../call/answer-at-once.ts';
import type { AnswerMeans, Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { Refusal } from '../../call/refusal.ts';
import { nothingBilled } from '../../ledger/billed.ts';
import type { KeptResponse } from '../responses/kept-responses.ts';
import type { Route } from '../route.ts';
import { accountOf, type ResponsesServer } from './openai-responses.ts';

interface Used {
  readonly body: JsonObject;
  readonly effect?: () => void;
}

type Use = (kept: KeptResponse, request: ReceivedRequest, means: AnswerMeans) => Used;

/** A use of a response that was kept; costs nothing. */
const useOf = (use: Use, { voice }: ResponsesServer): Endpoint => ({
  name: 'stored_responses',
  voice,
  takes: 'none',
  keepAlive: undefined,
  answer: answerAtOnce((request, means) => {
    const id = request.call.pathNames['id'] ?? '';
    const kept = means.keptResponses.find(accountOf(request), id);
    if (kept === undefined) {
      throw new Refusal({ kind: '404', message: `Response with id '${id}' not found.`, code: null });
    }
    return { model: '', text: '', billed: nothingBilled, ...use(kept, request, means) };
  }),
});

/** What can be asked of responses that a server keeps, as routes below its base URL. */
export const storedResponses = (server: ResponsesServer): readonly Route[] => [
  { method: 'GET', path: '/responses/{id}', endpoint: useOf(readResponse, server) },
  { method: 'DELETE', path: '/responses/{id}', endpoint: useOf(deleteResponse, server) },
  { method: 'POST', path: '/responses/{id}/cancel', endpoint: useOf(cancelResponse, server) },
  { method: 'GET', path: '/responses/{id}/input_items', endpoint: useOf(listInputItems, server) },
];

const readResponse: Use = ({ body }) => ({ body });

const deleteResponse: Use = ({ id }, request, { keptResponses }) => {
  const effect = (): void => keptResponses.forget(accountOf(request), id);
  return { body: { id, object: 'response', deleted: true }, effect };
};

/** Only what was asked for in the background can be cancelled; by then it is done, and stays so. */
const cancelResponse: Use = ({ body }) => {
  if (body['background'] !== true) {
    throw new Refusal({ kind: '400', message: 'Cannot cancel a synchronous response.', code: null });
  }
  return { body };
};

const listInputItems: Use = ({ inputItems, id }, { call: { query } }) => {
  const items = inputItems.map((item, index) => ({ id: `msg_${id}_${index}`, status: 'completed', ...item }));
  const ordered = query.get('order') === 'asc' ? items : items.toReversed();
  const start = ordered.findIndex((item) => item.id === query.get('after')) + 1;
  const data = ordered.slice(start, start + Number(query.get('limit') ?? 20));
  const body = {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + data.length < ordered.length,
  };
  return { body };
};
