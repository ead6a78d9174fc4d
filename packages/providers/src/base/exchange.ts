import {
  AttemptError,
  freeBytes,
  isLong,
  type AnswerReceiver,
  type Attempt,
  type Batch,
  type Clock,
} from '@tollgate/core';
import type { Dispatcher } from 'undici';
import type { WireRequest, WireHeaders } from './adapter.ts';
import { malformedAnswer } from './answer-errors.ts';
import { openAnswerBody, type AnswerBody, type AnswerContext } from './answer-body.ts';
import type { Lane, LaneRequest } from './connection-lanes.ts';
import { connectionFailure, connectTimeout } from './connection-failure.ts';
import { LiveProgress } from './live-progress.ts';
import { writeLong } from './write-long.ts';

/** The parts of an exchange, and the clock that bounds connecting. */
export type ExchangeOptions = Omit<AnswerContext, 'progress'> & {
  readonly clock: Clock;
  /** Answers that end in one turn go on together. */
  readonly endings: Batch;
};

/**
 * One HTTP exchange: undici's handler on one side, the attempt on the other. Settles once; whatever
 * undici reports afterwards is ignored. The ending is told in a microtask: never inside `send` or
 * `abort`, and outside undici, which would take what the receiver throws for a fault of the connection.
 */
export class Exchange implements Attempt, Dispatcher.DispatchHandler {
  readonly progress = new LiveProgress();
  readonly #options: ExchangeOptions;
  readonly #receiver: AnswerReceiver;
  #controller: Dispatcher.DispatchController | undefined;
  #lane: Lane | undefined;
  #body: AnswerBody | undefined;
  #isPaused = false;
  #isSettled = false;
  readonly #onEnd = (): void => {
    if (!this.#isSettled) this.#conclude((body) => body.end());
  };
  #cancelConnectTimer: (() => void) | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#receiver = options.receiver;
  }

  /** Sends over the lane, which it leaves when it settles. */
  start(lane: Lane, wire: WireRequest): void {
    const { method = 'POST', path } = wire;
    this.progress.droppedFields = wire.droppedFields ?? [];
    this.#lane = lane;
    lane.dispatcher.dispatch({ path, method, ...this.#bodyOf(wire) }, this);
    // A pooled connection has started the request by now; a new one has to be made first.
    if (this.#controller !== undefined || this.#isSettled) return;
    const { clock, request } = this.#options;
    const timeoutMs = request.connectTimeoutMs;
    this.#cancelConnectTimer = clock.schedule(timeoutMs, () => this.fail(connectTimeout(timeoutMs)));
  }

  /** What only it knows is given back once it was written; what others know is not given back before. */
  #bodyOf({ headers, body, isOwnBody }: WireRequest): Pick<LaneRequest, 'headers' | 'body'> {
    const { longBody } = this.#options.request.call;
    const shared = longBody?.bytes === body ? longBody : undefined;
    if (!isLong(body) || (shared === undefined && isOwnBody !== true)) {
      return { headers, body: body.length === 0 ? null : body };
    }
    const onBegin = (): void => {
      shared?.beginWrite();
      this.progress.requestSent = true;
    };
    const onWritten = (): void => (shared === undefined ? freeBytes(body) : shared.endWrite());
    return {
      headers: { ...headers, 'content-length': String(body.length) },
      body: writeLong(body, { onBegin, onWritten }),
    };
  }

  pause(): void {
    this.#isPaused = true;
    this.#controller?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#controller?.resume();
  }

  abort(): void {
    const billing = this.progress.requestSent ? 'possible' : 'none';
    this.fail(new AttemptError('aborted', { message: 'the attempt was aborted', next: 'stop', billing }));
  }

  /** Ends the exchange, and its connection if it has one. */
  fail(error: AttemptError): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#controller?.abort(error);
    const isCommitted = this.#body?.isRelayed === true && this.progress.contentSeen;
    const final = isCommitted ? withoutNext(error) : error;
    queueMicrotask(() => this.#receiver.onFailure(final, this.progress));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#cancelConnectTimer?.();
    this.#cancelConnectTimer = undefined;
    this.#controller = controller;
    if (this.#isSettled) controller.abort(new Error('settled before it was sent'));
    else if (this.#isPaused) controller.pause();
  }

  onRequestSent(): void {
    this.progress.requestSent = true;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: WireHeaders): void {
    if (this.#isSettled || status < 200) return;
    // They are read by now; a stream would keep each name and value as a buffer of its own until it ends.
    controller.rawHeaders = null;
    const { progress } = this;
    progress.httpStatus = status;
    const contentType = headers['content-type'];
    if (typeof contentType === 'string') progress.contentType = contentType;
    const requestId = headers[this.#options.adapter.requestIdHeader];
    if (typeof requestId === 'string') progress.providerRequestId = requestId;
    this.#attempt(() => {
      this.#body = openAnswerBody(status, headers, { ...this.#options, progress });
    });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isSettled) return;
    // As #attempt does it, without making a function for each piece.
    try {
      this.#body?.push(chunk);
    } catch (error) {
      this.#failBy(error);
    }
  }

  onResponseEnd(): void {
    void this.#options.endings.join().then(this.#onEnd);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isSettled) return;
    if (this.#body === undefined) this.fail(connectionFailure(error, this.progress));
    else this.#conclude((body) => body.break(error));
  }

  #conclude(read: (body: AnswerBody) => void): void {
    this.#attempt(() => {
      if (this.#body !== undefined) read(this.#body);
    });
    // Reading may have failed, or the receiver may have aborted from within it.
    if (this.#isSettled) return;
    this.#settle();
    queueMicrotask(() => this.#receiver.onEnd(this.progress));
  }

  #attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#failBy(error);
    }
  }

  #failBy(error: unknown): void {
    this.fail(error instanceof AttemptError ? error : malformedAnswer('the answer could not be read', error));
  }

  #settle(): void {
    this.#isSettled = true;
    this.#cancelConnectTimer?.();
    if (this.#lane !== undefined) this.#lane.inFlight -= 1;
  }
}

/** Once content was handed on, no other attempt can take its place. */
function withoutNext(error: AttemptError): AttemptError {
  if (error.next === 'stop') return error;
  const { code, message, billing, credential, httpStatus, retryAfterMs, providerSaid, cause } = error;
  const details = { message, billing, credential, httpStatus, retryAfterMs, providerSaid, cause };
  return new AttemptError(code, { ...details, next: 'stop' });
}
