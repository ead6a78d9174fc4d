import { AttemptError, type AnswerReceiver, type ProviderRequest } from '@tollgate/core';
import type { Adapter, WireHeaders } from './adapter.ts';
import { answerTooLarge, brokenOff, malformedAnswer } from './answer-errors.ts';
import { connectionFailure } from './connection-failure.ts';
import type { LiveProgress } from './live-progress.ts';
import { redactCredential } from './redact.ts';

/** Takes an answer's body piece by piece and tells the receiver. Every method may throw AttemptError: the attempt failed. */
export interface AnswerBody {
  push(chunk: Buffer): void;
  /** The body ended as HTTP says it has to. */
  end(): void;
  /** The connection failed before that. Returns where the answer was whole all the same. */
  break(error: Error): void;
}

export interface AnswerContext {
  readonly adapter: Adapter;
  readonly request: ProviderRequest;
  readonly receiver: AnswerReceiver;
  readonly progress: LiveProgress;
  readonly maxAnswerBytes: number;
  readonly maxErrorBytes: number;
}

/** Picks how to read the body, from status and headers. Throws AttemptError where it cannot be read at all. */
export function openAnswerBody(status: number, headers: WireHeaders, context: AnswerContext): AnswerBody {
  if (status < 200 || status > 299) return refusedBody(status, headers, context);
  if (isEncoded(headers)) throw malformedAnswer('the answer is compressed, which was not asked for');
  const type = mediaType(headers);
  if (!context.request.call.stream) {
    if (type === 'text/event-stream' || type === 'text/html') throw malformedAnswer(`the answer is ${type}, not JSON`);
    return wholeBody(context);
  }
  if (type === 'text/event-stream' || type === '') return streamedBody(context);
  if (type === 'application/json') return unstreamedBody(context);
  throw malformedAnswer(`the answer is ${type}, not a stream of events`);
}

function streamedBody({ adapter, request, receiver, progress }: AnswerContext): AnswerBody {
  const reader = adapter.createStreamReader(request);
  progress.source = reader;
  const hand = (bytes: Buffer): void => {
    if (bytes.length > 0) receiver.onBytes(bytes, progress);
  };
  return {
    push: (chunk) => {
      hand(reader.push(chunk));
      if (reader.failure !== undefined) throw reader.failure;
    },
    end: () => hand(reader.end()),
    break: (error) => {
      try {
        hand(reader.end());
      } catch {
        throw brokenOff(progress, error);
      }
    },
  };
}

function wholeBody({ adapter, request, receiver, progress, maxAnswerBytes }: AnswerContext): AnswerBody {
  const chunks = collectChunks(maxAnswerBytes);
  return {
    push: chunks.push,
    end: () => {
      const answer = adapter.readWhole(chunks.join(), request);
      progress.source = answer;
      receiver.onBytes(answer.body, progress);
    },
    break: (error) => {
      throw connectionFailure(error, progress);
    },
  };
}

/**
 * JSON where a stream was asked for: an error mostly. A whole answer cannot be handed on as a stream, but
 * what it says it used was used.
 */
function unstreamedBody(context: AnswerContext): AnswerBody {
  const { adapter, request, progress, maxAnswerBytes } = context;
  const chunks = collectChunks(maxAnswerBytes);
  return {
    push: chunks.push,
    end: () => {
      progress.source = adapter.readWhole(chunks.join(), request);
      throw malformedAnswer('the answer is not streamed, which was asked for');
    },
    break: (error) => {
      throw connectionFailure(error, progress);
    },
  };
}

/** A status that is not 2xx says enough by itself: its body is read as far as it comes, and not beyond the bound. */
function refusedBody(status: number, headers: WireHeaders, context: AnswerContext): AnswerBody {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const conclude = (): never => {
    if (status < 400) throw notFollowed(status);
    const body = isEncoded(headers) ? Buffer.alloc(0) : Buffer.concat(chunks);
    const { adapter, request } = context;
    throw adapter.readError(status, headers, redactCredential(body, request.credential.secret.reveal()));
  };
  return {
    push: (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > context.maxErrorBytes) conclude();
    },
    end: conclude,
    break: conclude,
  };
}

/** The credential is for this origin only, so no redirect is followed. */
const notFollowed = (status: number): AttemptError =>
  new AttemptError('malformed_answer', {
    message: `HTTP ${status}: redirects are not followed; check base_url`,
    next: 'target',
    billing: 'none',
    httpStatus: status,
  });

function collectChunks(maxBytes: number): { push(chunk: Buffer): void; join(): Buffer } {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    push: (chunk) => {
      bytes += chunk.length;
      if (bytes > maxBytes) throw answerTooLarge(`the answer exceeds ${maxBytes} bytes`);
      chunks.push(chunk);
    },
    join: () => Buffer.concat(chunks),
  };
}

function isEncoded(headers: WireHeaders): boolean {
  const encoding = headers['content-encoding'];
  return encoding !== undefined && encoding !== '' && encoding !== 'identity';
}

/** Lower case, without parameters; empty where there is none. */
function mediaType(headers: WireHeaders): string {
  const type = headers['content-type'];
  return typeof type === 'string' ? (type.split(';', 1)[0] ?? '').trim().toLowerCase() : '';
}
