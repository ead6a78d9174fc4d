import { AttemptError, type AnswerReceiver, type ProviderRequest } from '@tollgate/core';
import type { Adapter, StreamReader, WireHeaders } from './adapter.ts';
import { answerTooLarge, brokenOff, malformedAnswer } from './answer-errors.ts';
import { connectionFailure } from './connection-failure.ts';
import type { LiveProgress } from './live-progress.ts';
import { redactCredential } from './redact.ts';

/** Takes an answer's body piece by piece and tells the receiver. Every method may throw AttemptError: the attempt failed. */
export interface AnswerBody {
  /** Content is handed on as it comes, so that no other answer can take its place. */
  readonly isRelayed: boolean;
  push(chunk: Buffer): void;
  /** The body ended as HTTP says it has to. */
  end(): void;
  /** The connection failed before that. Returns where the answer was whole all the same. */
  break(error: Error): void;
}

/** What reading an answer needs. `progress` is the attempt's own, filled in on the way. */
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
  if (context.request.call.answersInBytes) {
    if (/^(audio\/|application\/octet-stream$)/.test(type)) return new StreamedBody(context);
    throw malformedAnswer(`the answer is ${type}, not audio`);
  }
  if (type === 'text/event-stream' || type === '') return new StreamedBody(context);
  if (type === 'application/json') return wholeBody(context);
  throw malformedAnswer(`the answer is ${type}, not a stream of events`);
}

/** Hands each piece on as it comes. There is one for each open stream. */
class StreamedBody implements AnswerBody {
  readonly isRelayed = true;
  readonly #reader: StreamReader;
  readonly #receiver: AnswerReceiver;
  readonly #progress: LiveProgress;

  constructor({ adapter, request, receiver, progress }: AnswerContext) {
    this.#reader = adapter.createStreamReader(request);
    this.#receiver = receiver;
    this.#progress = progress;
    progress.source = this.#reader;
  }

  push(chunk: Buffer): void {
    this.#receiver.onBytes(this.#reader.push(chunk), this.#progress);
    if (this.#reader.failure !== undefined) throw this.#reader.failure;
  }

  end(): void {
    this.#receiver.onBytes(this.#reader.end(), this.#progress);
  }

  break(error: Error): void {
    this.#receiver.onBytes(this.#endAfter(error), this.#progress);
  }

  #endAfter(error: Error): Buffer {
    try {
      return this.#reader.end();
    } catch {
      throw brokenOff(this.#progress, error);
    }
  }
}

/** A whole answer where a stream was asked for cannot be handed on, but what it says it used was used. */
function wholeBody({ adapter, request, receiver, progress, maxAnswerBytes }: AnswerContext): AnswerBody {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    isRelayed: false,
    push: (chunk) => {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) throw answerTooLarge(`the answer exceeds ${maxAnswerBytes} bytes`);
      chunks.push(chunk);
    },
    end: () => {
      const [only] = chunks;
      const whole = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes);
      const answer = adapter.readWhole(whole, request);
      progress.source = answer;
      if (request.call.stream) throw malformedAnswer('the answer is not streamed, which was asked for');
      receiver.onBytes(answer.body, progress);
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
    const error = adapter.readError(status, headers, redactCredential(body, request.credential.secret.reveal()));
    throw adapter.renameError?.(error, request) ?? error;
  };
  return {
    isRelayed: false,
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

function isEncoded(headers: WireHeaders): boolean {
  const encoding = headers['content-encoding'];
  return encoding !== undefined && encoding !== '' && encoding !== 'identity';
}

/** Lower case, without parameters; empty where there is none. */
function mediaType(headers: WireHeaders): string {
  const type = headers['content-type'];
  if (type === 'application/json') return type;
  return typeof type === 'string' ? (type.split(';', 1)[0] ?? '').trim().toLowerCase() : '';
}
