import type { JsonObject } from '@tollgate/core';
import { readDirectives } from '../answer/directives.ts';
import type { Billed } from '../ledger/billed.ts';
import { contextOf } from './arrived-call.ts';
import type { AnswerMeans, Endpoint, PreparedAnswer, ReceivedRequest } from './endpoint.ts';
import { pacingOf } from './pacing.ts';
import { frame, type Frame } from './script.ts';
import { bodyOfFrames, streamOf } from './scripts.ts';

/** An answer that is no model's words. */
export interface AnswerAtOnce {
  readonly model: string;
  /** What the caller wrote, for the directives in it. */
  readonly text: string;
  /** A string goes out as it is, and frames one after the other. */
  readonly body: JsonObject | string | readonly Frame[] | EventSource;
  /** JSON where absent. */
  readonly contentType?: string;
  readonly billed: Billed;
  /** What else is done, where no fault refuses the call. */
  readonly effect?: () => void;
  /** Where a stream may be charged for a part of it. */
  readonly billedUpTo?: (answerBytes: number) => Billed;
}

/** A stream's events, in pieces of so many tokens. */
export type EventSource = (tokensPerEvent: number) => Iterable<Frame>;

/** How an endpoint answers so. */
export const answerAtOnce =
  (answer: (request: ReceivedRequest, means: AnswerMeans) => AnswerAtOnce): Endpoint['answer'] =>
  (request, means) => {
    const answered = answer(request, means);
    const directives = readDirectives(answered.text);
    const pacing = pacingOf(means.pacing(), directives.pace);
    const { billed, model, billedUpTo = () => billed } = answered;
    const { call } = request;
    return {
      script: scriptOf(request, answered, pacing.tokens_per_event),
      model,
      billed,
      billedUpTo,
      effect: answered.effect,
      pacing,
      fault: directives.fault,
      errorFrames: (failure) => {
        const { body } = call.endpoint.voice.error(failure, contextOf(call, model));
        return [frame('closing', `event: error\ndata: ${JSON.stringify(body)}\n\n`)];
      },
    };
  };

function scriptOf(
  { call }: ReceivedRequest,
  { model, body, contentType }: AnswerAtOnce,
  tokensPerEvent: number,
): PreparedAnswer['script'] {
  const answered = { call, model };
  if (typeof body === 'function') {
    return streamOf(answered, { contentType: contentType ?? 'text/event-stream', frames: body(tokensPerEvent) });
  }
  if (isFrames(body)) return bodyOfFrames(answered, body, contentType);
  return bodyOfFrames(
    answered,
    [frame('content', typeof body === 'string' ? body : JSON.stringify(body))],
    contentType,
  );
}

const isFrames = (body: AnswerAtOnce['body']): body is readonly Frame[] => Array.isArray(body);
