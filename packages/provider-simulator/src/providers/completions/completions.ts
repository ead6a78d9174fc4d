import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import type { Answer, Reply } from '../../answer/answer.ts';
import { splitByTokens, textPiece } from '../../answer/count-tokens.ts';
import type { CachingStyle } from '../../answer/prompt-cache.ts';
import type { Ask } from '../../call/ask.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { generate } from '../../call/generate.ts';
import type { Failure } from '../../call/refusal.ts';
import { frame, type Frame } from '../../call/script.ts';
import { chatFinish } from '../chat/chat-finish.ts';
import { filterResults, promptFilterResults } from '../chat/content-filter.ts';
import { interleave } from '../chat/interleave.ts';
import { doneFrame } from '../openai/write-openai.ts';
import { numberOf, textsOf } from '../read-members.ts';
import type { ProviderVoice } from '../voice.ts';

/** How one server's completions are told from another's. */
export interface CompletionsFlavour {
  readonly voice: ProviderVoice;
  readonly caching: CachingStyle;
  readonly keepAlive: string | undefined;
  /** Throws a Refusal in the provider's words. */
  check(request: ReceivedRequest): void;
  id(reply: Reply): string;
  usage(reply: Reply): JsonObject;
  readonly alwaysUsage: boolean;
  /** Azure's: what a filter found in the prompt and in each piece. */
  readonly filters?: boolean;
}

/** Legacy completions: a prompt goes on as text. Several prompts are answered as several choices. */
export const completions = (flavour: CompletionsFlavour): Endpoint => ({
  name: 'completions',
  voice: flavour.voice,
  takes: 'json',
  keepAlive: flavour.keepAlive,
  answer: generate({
    caching: flavour.caching,
    streamContentType: 'text/event-stream; charset=utf-8',
    read: (request) => {
      flavour.check(request);
      const ask = readAsk(request, flavour);
      const echoed = request.body['echo'] === true ? ask.userText : '';
      return {
        ask,
        whole: (reply) => [frame('content', JSON.stringify(wholeBody(reply, flavour, echoed)))],
        stream: (reply) => streamFrames(reply, { ask, flavour, echoed }),
        errorFrames: (failure, reply) => errorFrames(failure, reply, flavour),
      };
    },
  }),
});

/** The texts that are to go on; tokens stand for themselves. */
export function promptsOf({ prompt }: JsonObject): readonly string[] {
  if (typeof prompt === 'string') return [prompt];
  if (!isJsonArray(prompt)) return [];
  if (prompt.every((one) => typeof one === 'number')) return [JSON.stringify(prompt)];
  return prompt.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
}

const capByDefaultTokens = 16;

function readAsk({ body, model }: ReceivedRequest, { alwaysUsage }: CompletionsFlavour): Ask {
  const prompts = promptsOf(body);
  const options = isJsonObject(body['stream_options']) ? body['stream_options'] : {};
  return {
    model,
    stream: body['stream'] === true,
    includeUsage: alwaysUsage || options['include_usage'] === true,
    includeObfuscation: false,
    logprobs: false,
    choices: (numberOf(body['n']) ?? 1) * prompts.length,
    outputCapTokens: numberOf(body['max_tokens']) ?? capByDefaultTokens,
    stopSequences: typeof body['stop'] === 'string' ? [body['stop']] : textsOf(body['stop']),
    tools: [],
    toolChoice: { kind: 'none' },
    parallelTools: false,
    answerFormat: { kind: 'text' },
    serviceTier: undefined,
    reasons: false,
    userText: prompts.join('\n'),
    attachments: 0,
    toolResults: [],
    prompt: prompts.map((prompt) => textPiece(prompt)),
  };
}

const envelope = (reply: Reply, flavour: CompletionsFlavour): JsonObject => ({
  id: flavour.id(reply),
  object: 'text_completion',
  created: reply.createdSeconds,
  model: reply.model,
});

const wholeBody = (reply: Reply, flavour: CompletionsFlavour, echoed: string): JsonObject => ({
  ...envelope(reply, flavour),
  choices: reply.answers.map((answer, index) => ({
    text: `${echoed}${answer.refusal ?? answer.text}`,
    index,
    logprobs: null,
    finish_reason: chatFinish(answer),
    ...(flavour.filters === true ? { content_filter_results: filterResults } : {}),
  })),
  usage: flavour.usage(reply),
  ...(flavour.filters === true ? { prompt_filter_results: promptFilterResults } : {}),
});

interface Written {
  readonly ask: Ask;
  readonly flavour: CompletionsFlavour;
  readonly echoed: string;
}

function* streamFrames(reply: Reply, { ask, flavour, echoed }: Written): Generator<Frame> {
  const head = envelope(reply, flavour);
  const write = (kind: Frame['kind'], members: JsonObject, answerBytes = 0): Frame =>
    frame(kind, `data: ${JSON.stringify({ ...head, ...members })}\n\n`, answerBytes);
  const choiceFrames = function* (answer: Answer, index: number): Generator<Frame> {
    const filter = flavour.filters === true ? { content_filter_results: filterResults } : {};
    const choice = (text: string, finish: string | null): JsonObject => ({
      choices: [{ text, index, logprobs: null, finish_reason: finish, ...filter }],
    });
    if (echoed !== '') yield write('lifecycle', choice(echoed, null));
    for (const piece of splitByTokens(answer.refusal ?? answer.text, reply.tokensPerEvent)) {
      yield write('content', choice(piece, null), Buffer.byteLength(piece));
    }
    yield write('closing', choice('', chatFinish(answer)));
  };
  if (flavour.filters === true) {
    yield write('lifecycle', { choices: [], prompt_filter_results: promptFilterResults });
  }
  yield* interleave(reply.answers.map((answer, index) => choiceFrames(answer, index)));
  if (ask.includeUsage) yield write('closing', { choices: [], usage: flavour.usage(reply) });
  yield doneFrame;
}

const errorFrames = (failure: Failure, reply: Reply, { voice }: CompletionsFlavour): readonly Frame[] => [
  frame('closing', `data: ${JSON.stringify(voice.error(failure, { ...reply, nowMs: 0 }).body)}\n\n`),
  doneFrame,
];
