import type { AnswerProgress, AttemptError, ProviderRequest } from '@tollgate/core';

/** What goes over the wire for one attempt. The path is appended to the provider's base URL. */
export interface WireRequest {
  /** Absent: POST. */
  readonly method?: 'GET' | 'DELETE' | 'POST';
  readonly path: string;
  /** Complete: built from an allowlist, credential included. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Nobody but this request knows its bytes: they may be given back once they were written. */
  readonly isOwnBody?: boolean;
  /** Fields of the call that have no counterpart here and were left out, where a client survives that. */
  readonly droppedFields?: readonly string[];
}

/** Headers of an answer, names in lower case. */
export type WireHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a reader has learned of the answer so far. */
export type AnswerFacts = Pick<
  AnswerProgress,
  | 'contentSeen'
  | 'finishReason'
  | 'usage'
  | 'inputUsage'
  | 'reportedCostNanoUsd'
  | 'contentBytes'
  | 'answeredModel'
  | 'serviceTier'
  | 'answerId'
  | 'answerItemIds'
>;

/**
 * Reads one streamed answer and says it in the caller's protocol. Pure over what is pushed into it:
 * no I/O, no clock; the same bytes split anywhere give the same result.
 */
export interface StreamReader {
  /** Bytes as they came to bytes for the caller, possibly none. Throws AttemptError (malformed, error in the stream). */
  push(chunk: Buffer): Buffer;
  /** The connection ended cleanly: last bytes for the caller. Throws AttemptError `cut` where the protocol's end is missing. */
  end(): Buffer;
  /**
   * An error that came right behind the bytes that `push` last returned: those are still the caller's,
   * then the answer has failed. Thrown at once where nothing came before it.
   */
  readonly failure?: AttemptError | undefined;
  readonly facts: AnswerFacts;
}

/** A whole answer, in the caller's protocol. */
export interface WholeAnswer {
  readonly body: Buffer;
  readonly facts: AnswerFacts;
}

/**
 * One wire protocol of one kind of provider, as pure functions; `create-provider.ts` in base turns
 * an adapter into a `Provider` by adding sockets.
 */
export interface Adapter {
  /** Throws GatewayError (`unsupported_field`, `invalid_field`) for a call that cannot be said in this protocol. */
  buildRequest(request: ProviderRequest): WireRequest;
  createStreamReader(request: ProviderRequest): StreamReader;
  /** Throws AttemptError for a 2xx that is no answer. */
  readWhole(body: Buffer, request: ProviderRequest): WholeAnswer;
  /** What a status that is not 2xx means, and what may be done next. The body is at most some KB. */
  readError(status: number, headers: WireHeaders, body: Buffer): AttemptError;
  /** The same error in the names of the caller's protocol, where the call was translated. */
  renameError?(error: AttemptError, request: ProviderRequest): AttemptError;
  /** Response header that carries the provider's id for the request. */
  readonly requestIdHeader: string;
}

/** Facts of an answer of which nothing is known yet. */
export const noFacts: AnswerFacts = {
  contentSeen: false,
  finishReason: undefined,
  usage: undefined,
  reportedCostNanoUsd: undefined,
  contentBytes: 0,
  answeredModel: undefined,
  serviceTier: undefined,
};
