import type { JsonObject } from '@tollgate/core';
import { readDirectives } from '../answer/directives.ts';
import type { Billed } from '../ledger/billed.ts';
import type { AnswerMeans, Endpoint, PreparedAnswer, ReceivedRequest } from './endpoint.ts';
import { pacingOf } from './pacing.ts';
import { frame } from './script.ts';
import { bodyOfFrames } from './scripts.ts';

/** An answer that is no model's words, and comes in one piece. */
export interface AnswerAtOnce {
  readonly model: string;
  /** What the caller wrote, for the directives in it. */
  readonly text: string;
  /** A string or bytes go out as they are. */
  readonly body: JsonObject | string | Buffer;
  /** JSON where absent. */
  readonly contentType?: string;
  readonly billed: Billed;
}

/** How an endpoint answers so. */
export const answerAtOnce =
  (answer: (request: ReceivedRequest, means: AnswerMeans) => AnswerAtOnce): Endpoint['answer'] =>
  (request, means) =>
    prepareAtOnce(request, means, answer(request, means));

export function prepareAtOnce(request: ReceivedRequest, means: AnswerMeans, answered: AnswerAtOnce): PreparedAnswer {
  const { model, text, body, billed, contentType } = answered;
  const directives = readDirectives(text);
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return {
    script: bodyOfFrames({ call: request.call, model }, [frame('content', bytes)], contentType),
    model,
    billed,
    billedUpTo: () => billed,
    pacing: pacingOf(means.pacing(), directives.pace),
    fault: directives.fault,
    errorFrames: () => [],
  };
}
