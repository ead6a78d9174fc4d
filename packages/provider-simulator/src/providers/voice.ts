import type { JsonObject } from '@tollgate/core';
import type { ProviderName } from '../call/ask.ts';
import type { ErrorAnswer, Failure } from '../call/refusal.ts';

/** What a provider does alike at all of its paths: credentials, headers, errors. */
export interface ProviderVoice {
  readonly provider: ProviderName;
  headers(context: AnswerContext): Readonly<Record<string, string>>;
  /** The credential as sent, or undefined. */
  credentialOf(headers: RequestHeaders): string | undefined;
  /** The error that the provider would answer for `failure`. */
  error(failure: Failure, context: AnswerContext): ErrorAnswer;
}

/** What a list of models is served as. */
export type ModelsList = () => JsonObject;

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface AnswerContext {
  readonly id: string;
  readonly requestId: string;
  readonly model: string;
  readonly nowMs: number;
}
