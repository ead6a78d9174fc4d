import { isJsonObject, type JsonObject } from '@tollgate/core';
import type { Reply } from '../../answer/answer.ts';
import type { AnswerMeans, Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate, type Understood } from '../../call/generate.ts';
import { isServed } from '../../call/models.ts';
import { Refusal, statusOf, type Failure } from '../../call/refusal.ts';
import { frame } from '../../call/script.ts';
import { objectsOf, textOf, textsOf } from '../read-members.ts';
import { checkConversation } from '../responses/check-items.ts';
import { checkResponsesRequest } from '../responses/check-responses-request.ts';
import { itemsOf, typeOf } from '../responses/read-items.ts';
import { readResponsesAsk } from '../responses/read-responses-ask.ts';
import {
  endedResponse,
  failedResponse,
  responsesStream,
  type ResponsesFlavour,
  type ResponsesStream,
} from '../responses/write-responses.ts';
import type { ProviderVoice } from '../voice.ts';
import { reasonsUnasked, refusesToolsWithReasoning } from './model-traits.ts';
import { openaiError } from './openai-errors.ts';
import { openaiVoice } from './openai-voice.ts';
import { responseEnvelope } from './response-envelope.ts';

/** What servers of OpenAI's Responses differ in. */
export interface ResponsesServer {
  readonly voice: ProviderVoice;
  /** Throws a Refusal where it has no model of that name. */
  checkModel(model: string): void;
  /** Members of a response beside OpenAI's. */
  readonly extras: JsonObject;
}

/** Its 401 is said to be plain text and names its status once more. */
const responsesVoice: ProviderVoice = {
  ...openaiVoice,
  error: (failure, context) => {
    const answer = openaiError(ofInput(failure), context);
    if (statusOf(failure.kind) !== 401) return answer;
    return { ...answer, headers: { 'content-type': 'text/plain' }, body: { ...answer.body, status: 401 } };
  },
};

/** A context too long is a fault of the input here. */
export const ofInput = (failure: Failure): Failure =>
  failure.kind === 'context_too_long' ? { ...contextTooLong, ...failure } : failure;

const contextTooLong = {
  message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
  param: 'input',
  code: 'context_length_exceeded',
};

/** api.openai.com. */
export const openaiResponsesServer: ResponsesServer = {
  voice: responsesVoice,
  checkModel: (model) => {
    if (isServed('openai', model)) return;
    const message = `The requested model '${model}' does not exist.`;
    throw refusal({ message, param: 'model', code: 'model_not_found' });
  },
  extras: {},
};

export const responses = (server: ResponsesServer): Endpoint => ({
  name: 'responses',
  voice: server.voice,
  takes: 'json',
  keepAlive: undefined,
  answer: generate({
    caching: 'automatic',
    streamContentType: 'text/event-stream; charset=utf-8',
    read: (request, means) => read(request, means, server),
  }),
});

export const accountOf = ({ call }: Pick<ReceivedRequest, 'call'>): string =>
  `${call.endpoint.voice.provider} ${call.credential.sha256}`;

function read(request: ReceivedRequest, means: AnswerMeans, server: ResponsesServer): Understood {
  const { body } = request;
  const conversation = readConversation(request, means, server);
  const asked = readResponsesAsk(body, conversation.all);
  const effort = isJsonObject(body['reasoning']) ? body['reasoning']['effort'] : undefined;
  const ask = { ...asked, reasons: asked.reasons || (reasonsUnasked(asked.model) && (effort ?? null) === null) };
  const flavourOf = (reply: Reply): ResponsesFlavour => ({
    style: {
      reasoning: wantsSummary(body) ? 'summary' : 'hidden',
      encrypted: textsOf(body['include']).includes('reasoning.encrypted_content'),
      idInfix: '',
      phases: refusesToolsWithReasoning(reply.model),
      customTools: objectsOf(body['tools']).flatMap(({ type, name }) => (type === 'custom' ? [textOf(name)] : [])),
    },
    envelope: { ...responseEnvelope(body, reply), ...server.extras },
    usage: {},
    event: (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`,
    obfuscates: true,
    before: [],
    after: [],
  });
  const keep = (response: JsonObject): void => {
    if (body['store'] === false) return;
    means.keptResponses.keep(accountOf(request), {
      id: textOf(response['id']),
      body: response,
      inputItems: conversation.input,
      conversation: [...conversation.all, ...objectsOf(response['output'])],
    });
  };
  let stream: ResponsesStream | undefined;
  return {
    ask,
    whole: (reply) => {
      const ended = endedResponse(reply, ask, flavourOf(reply));
      keep(ended);
      return [frame('content', JSON.stringify(body['background'] === true ? queued(ended) : ended))];
    },
    stream: (reply) => {
      stream = responsesStream(reply, ask, { flavour: flavourOf(reply), whenEnded: keep });
      return stream.frames;
    },
    errorFrames: (failure, reply) => {
      const { error } = server.voice.error(failure, { ...reply, requestId: '', nowMs: 0 }).body;
      const failed = failedResponse(flavourOf(reply), error);
      return stream?.errorFrames({ event: { error }, failed }) ?? [];
    },
  };
}

/** Work in the background is done by the time that anybody asks for it. */
const queued = (ended: JsonObject): JsonObject => ({
  ...ended,
  status: 'queued',
  completed_at: null,
  output: [],
  usage: null,
});

const wantsSummary = ({ reasoning }: JsonObject): boolean =>
  isJsonObject(reasoning) && typeof reasoning['summary'] === 'string';

interface Conversation {
  readonly input: readonly JsonObject[];
  readonly all: readonly JsonObject[];
}

/** What was said before is looked up by the previous response's id, and references by the items' own. */
function readConversation(request: ReceivedRequest, means: AnswerMeans, server: ResponsesServer): Conversation {
  const { body } = request;
  const { model, previous_response_id: previousId } = body;
  if (typeof model !== 'string' || model === '') {
    throw refusal({
      message: "Missing required parameter: 'model'.",
      param: 'model',
      code: 'missing_required_parameter',
    });
  }
  server.checkModel(model);
  const problem = checkResponsesRequest(model, body);
  if (problem !== undefined) throw refusal(problem);
  const previous =
    typeof previousId === 'string' ? means.keptResponses.find(accountOf(request), previousId) : undefined;
  if (typeof previousId === 'string' && previous === undefined) {
    const message = `Previous response with id '${previousId}' not found.`;
    throw refusal({ message, param: 'previous_response_id', code: 'previous_response_not_found' });
  }
  const before = previous?.conversation ?? [];
  const input = itemsOf(body['input']).map((item) =>
    resolveReference(
      item,
      (id) => before.find((one) => one['id'] === id) ?? means.keptResponses.findItem(accountOf(request), id),
    ),
  );
  const all = [...before, ...input];
  const disorder = checkConversation(all);
  if (disorder !== undefined) throw refusal(disorder);
  return { input, all };
}

function resolveReference(item: JsonObject, find: (id: string) => JsonObject | undefined): JsonObject {
  if (typeOf(item) !== 'item_reference') return item;
  const found = find(textOf(item['id']));
  if (found !== undefined) return found;
  throw refusal({ message: `Item with id '${textOf(item['id'])}' not found.`, param: 'input', code: null });
}

const refusal = (words: { message: string; param: string | null; code: string | null }): Refusal =>
  new Refusal({ kind: '400', ...words });
