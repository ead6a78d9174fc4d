import type { JsonObject } from '@tollgate/core';
import type { PromptCache } from '../answer/prompt-cache.ts';
import type { Billed } from '../ledger/billed.ts';
import type { KeptResponses } from '../providers/responses/kept-responses.ts';
import type { ProviderVoice } from '../providers/voice.ts';
import type { ArrivedCall } from './arrived-call.ts';
import type { PriceOf } from './models.ts';
import type { Pacing } from './pacing.ts';
import type { Failure } from './refusal.ts';
import type { Frame, Script } from './script.ts';

/** What an endpoint is called in the ledger and in rules for faults. */
export const endpointNames = [
  'chat_completions',
  'completions',
  'responses',
  'stored_responses',
  'messages',
  'count_tokens',
  'embeddings',
  'moderations',
  'images',
  'speech',
  'transcriptions',
  'translations',
  'rerank',
  'generate_content',
] as const;
export type EndpointName = (typeof endpointNames)[number];

/** What is served at a path: which requests it takes, and how it answers them. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly voice: ProviderVoice;
  /** The body that it reads: `form` is multipart/form-data, and `none` has none. */
  readonly takes: 'json' | 'form' | 'none';
  /** What keeps an idle stream open; undefined where the provider sends nothing. */
  readonly keepAlive: string | undefined;
  /** Reads, checks and answers a request. Throws a Refusal in the provider's words. */
  answer(request: ReceivedRequest, means: AnswerMeans): PreparedAnswer;
}

export interface ReceivedRequest {
  readonly call: ArrivedCall;
  /** A form's fields; empty where the endpoint takes no body. */
  readonly body: JsonObject;
  /** From the body, or the path where it is named there; empty where it is named nowhere. */
  readonly model: string;
}

/** What answers depend on, beside the request. */
export interface AnswerMeans {
  readonly promptCache: PromptCache;
  readonly priceOf: PriceOf;
  readonly keptResponses: KeptResponses;
  pacing(): Pacing;
}

/** The answer before pace and faults. */
export interface PreparedAnswer {
  readonly script: Script;
  readonly model: string;
  /** What the whole answer is billed for. */
  readonly billed: Billed;
  /** What is billed where a stream ended after so many bytes of the answer. */
  billedUpTo(answerBytes: number): Billed;
  readonly pacing: Pacing;
  /** The fault that the prompt tells, if any. */
  readonly fault: string | undefined;
  /** What else is done once no fault has refused the call. */
  readonly effect?: (() => void) | undefined;
  /** An error as events of a stream that was already begun. */
  errorFrames(failure: Failure): readonly Frame[];
}
