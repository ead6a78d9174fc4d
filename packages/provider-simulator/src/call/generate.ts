import type { Reply } from '../answer/answer.ts';
import { readDirectives } from '../answer/directives.ts';
import { usageUpTo } from '../answer/measure-usage.ts';
import type { CachingStyle } from '../answer/prompt-cache.ts';
import { billTokens } from '../ledger/billed.ts';
import type { Ask } from './ask.ts';
import { composeReply } from './compose-reply.ts';
import type { AnswerMeans, Endpoint, PreparedAnswer, ReceivedRequest } from './endpoint.ts';
import { pacingOf } from './pacing.ts';
import type { Failure } from './refusal.ts';
import type { Frame } from './script.ts';
import { bodyOfFrames, streamOf } from './scripts.ts';

/** A wire format in which a model's own words are asked for and given. */
export interface GenerationFormat {
  readonly caching: CachingStyle;
  readonly streamContentType: string;
  /** Reads and checks a request; throws a Refusal in the provider's words. */
  read(request: ReceivedRequest, means: AnswerMeans): Understood;
}

/** A request that was understood, and how its answer is written. */
export interface Understood {
  readonly ask: Ask;
  /** What a whole answer's body is, which may begin before the answer is known. */
  whole(reply: Reply): readonly Frame[];
  stream(reply: Reply): Iterable<Frame>;
  /** The error as events of a stream that was already begun. */
  errorFrames(failure: Failure, reply: Reply): readonly Frame[];
}

/** How an endpoint answers in that format. */
export const generate =
  (format: GenerationFormat): Endpoint['answer'] =>
  (request, means) =>
    prepare(format, request, means);

function prepare(format: GenerationFormat, request: ReceivedRequest, means: AnswerMeans): PreparedAnswer {
  const understood = format.read(request, means);
  const { ask } = understood;
  const directives = readDirectives(ask.userText);
  const pacing = pacingOf(means.pacing(), directives.pace);
  const reply = composeReply(request.call, means, {
    ask,
    directives,
    caching: format.caching,
    tokensPerEvent: pacing.tokens_per_event,
  });
  const context = { call: request.call, model: ask.model };
  return {
    script: ask.stream
      ? streamOf(context, { contentType: format.streamContentType, frames: understood.stream(reply) })
      : bodyOfFrames(context, understood.whole(reply)),
    model: ask.model,
    billed: billTokens(reply.usage, reply.serviceTier),
    billedUpTo: (answerBytes) => billTokens(usageUpTo(reply.usage, answerBytes), reply.serviceTier),
    pacing,
    fault: directives.fault,
    errorFrames: (failure) => understood.errorFrames(failure, reply),
  };
}
