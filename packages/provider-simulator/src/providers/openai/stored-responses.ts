import type { JsonObject } from '@tollgate/core';
import { answerAtOnce } from '../../call/answer-at-once.ts';
import type { AnswerMeans, Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { Refusal } from '../../call/refusal.ts';
import { nothingBilled } from '../../ledger/billed.ts';
import type { KeptResponse } from '../responses/kept-responses.ts';
import { accountOf, responsesVoice } from './openai-responses.ts';

interface Used {
  readonly body: JsonObject;
  readonly effect?: () => void;
}

type Use = (kept: KeptResponse, request: ReceivedRequest, means: AnswerMeans) => Used;

/** A use of a response that was kept; costs nothing. */
const useOf = (use: Use): Endpoint => ({
  name: 'stored_responses',
  voice: responsesVoice,
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

export const readResponse = useOf(({ body }) => ({ body }));

export const deleteResponse = useOf(({ id }, request, { keptResponses }) => {
  const effect = (): void => keptResponses.forget(accountOf(request), id);
  return { body: { id, object: 'response', deleted: true }, effect };
});

/** Only what was asked for in the background can be cancelled; by then it is done, and stays so. */
export const cancelResponse = useOf(({ body }) => {
  if (body['background'] !== true) {
    throw new Refusal({ kind: '400', message: 'Cannot cancel a synchronous response.', code: null });
  }
  return { body };
});

export const listInputItems = useOf(({ inputItems, id }, { call: { query } }) => {
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
});
