import type { JsonObject } from '@tollgate/core';
import type { CachingStyle } from '../answer/prompt-cache.ts';
import type { Reply } from '../answer/answer.ts';
import type { Ask, ProviderName } from '../call/ask.ts';
import type { ErrorAnswer, Failure } from '../call/refusal.ts';
import type { Frame } from '../call/script.ts';

/** One provider's wire format: how it reads a request, and how it words answers and errors. */
export interface ProviderSurface {
  readonly provider: ProviderName;
  /** What a whole answer's body is, which may begin before the answer is known. */
  wholeFrames(reply: Reply): readonly Frame[];
  streamFrames(reply: Reply, ask: Ask): Iterable<Frame>;
  /** What keeps an idle stream open; undefined where the provider sends nothing. */
  readonly keepAlive: string | undefined;
  readonly caching: CachingStyle;
  headers(context: AnswerContext): Readonly<Record<string, string>>;
  readonly streamContentType: string;
  /** Reads and checks a request; throws a Refusal in the provider's own shape. */
  readAsk(body: JsonObject, headers: RequestHeaders): Ask;
  /** The credential as sent, or undefined. */
  credentialOf(headers: RequestHeaders): string | undefined;
  /** The error that the provider would answer for `failure`. */
  error(failure: Failure, context: AnswerContext): ErrorAnswer;
  /** The error as events of a stream that was already begun. */
  errorFrames(failure: Failure, reply: Reply): readonly Frame[];
  modelsList(): JsonObject;
}

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface AnswerContext {
  readonly id: string;
  readonly requestId: string;
  readonly model: string;
  readonly nowMs: number;
}
