import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { GatewayError, type AttemptError, type Clock } from '@tollgate/core';
import type { Level } from '@tollgate/telemetry';
import type { Answer, AnswerSink } from '@tollgate/upstream';
import type { Charge } from '../admission/charge-attempts.ts';
import { endStreamWithError } from '../http/event-stream.ts';
import type { StreamKeepAlive } from '../http/keep-alive.ts';
import type { PieceWriter } from '../http/piece-writer.ts';
import type { TurnWrites } from '../http/turn-writes.ts';
import type { Answered } from './call-provider.ts';
import type { DrainSlots } from './drain-slots.ts';

export interface RelayParts {
  readonly openStreams: Level;
  readonly clock: Clock;
  /** A client that takes nothing for so long is let go. */
  readonly stalledClientMs: number;
  /** Whether the provider's answer is read to its end, for its usage, after the client has left. */
  readonly drains: (provider: string) => boolean;
  readonly drainSlots: DrainSlots;
  readonly turnWrites: TurnWrites;
  readonly pieces: PieceWriter;
}

/** How sending ended, where an answer had begun. */
export interface Sent {
  readonly outcome: 'completed' | 'cut' | 'aborted';
  readonly error: GatewayError | undefined;
  /** Monotonic time when the first byte of the answer went out. */
  readonly firstByteMs: number;
  /** Where the answer was whole before any of it was sent, and told what it cost. */
  readonly charge?: Charge;
}

interface Relaying {
  readonly firstByteMs: number;
  readonly keepAlive: StreamKeepAlive | undefined;
  readonly parts: RelayParts;
}

/** Moves what follows the first content from the provider to the client. Resolves when that has ended; never rejects. */
export const relayStream = (answered: Answered, relaying: Relaying): Promise<Sent> =>
  new Promise((resolve) => new StreamRelay(answered, relaying, resolve).start());

const nothingToCancel = (): void => undefined;

/**
 * One stream on its way, push by push, with back-pressure both ways.
 *
 * It ends with the provider, with the client, or when this node ends the call; whichever is first counts,
 * and what comes after it is ignored. Draining is the exception: the client is gone and nothing is written
 * any more, but the end is the provider's.
 */
class StreamRelay implements AnswerSink {
  readonly #answered: Answered;
  readonly #answer: Answer;
  readonly #keepAlive: StreamKeepAlive | undefined;
  readonly #parts: RelayParts;
  readonly #firstByteMs: number;
  readonly #resolve: (sent: Sent) => void;
  #over = false;
  #draining = false;
  #cancelStalled: () => void = nothingToCancel;
  /** Who said last that it has no room. */
  #full: Socket | ServerResponse | undefined;

  constructor(answered: Answered, { firstByteMs, keepAlive, parts }: Relaying, resolve: (sent: Sent) => void) {
    this.#answered = answered;
    this.#answer = answered.upstream.answer;
    this.#keepAlive = keepAlive;
    this.#parts = parts;
    this.#firstByteMs = firstByteMs;
    this.#resolve = resolve;
  }

  start(): void {
    const { ended } = this.#answered.stage;
    this.#parts.openStreams.inc();
    ended.signal.addEventListener('abort', this.#onEnded);
    this.#answer.relay(this);
    if (ended.signal.aborted) this.#onEnded();
  }

  write(bytes: Buffer): boolean {
    if (this.#draining) return true;
    const { notes, stage } = this.#answered;
    const { response } = stage;
    notes?.note();
    this.#keepAlive?.touch();
    if (response.socket !== null) this.#parts.turnWrites.hold(response.socket);
    const full = this.#parts.pieces.write(response, bytes);
    if (full !== undefined) this.#awaitRoom(full);
    return full === undefined;
  }

  /** What was on its way already may still be written: the client has as long as from the first of it. */
  #awaitRoom(full: Socket | ServerResponse): void {
    if (this.#full === full) return;
    const { response } = this.#answered.stage;
    this.#stopWaiting();
    this.#full = full.once('drain', this.#onDrain);
    this.#cancelStalled = this.#parts.clock.schedule(this.#parts.stalledClientMs, () => response.destroy());
  }

  #stopWaiting(): void {
    this.#full?.off('drain', this.#onDrain);
    this.#full = undefined;
    this.#cancelStalled();
  }

  readonly #onDrain = (): void => {
    this.#stopWaiting();
    this.#answer.resume();
  };

  /** The client left, or this node ends the call for a reason that the client is told. */
  readonly #onEnded = (): void => {
    const { stage, upstream } = this.#answered;
    const reason: unknown = stage.ended.signal.reason;
    if (reason instanceof GatewayError) {
      this.#finish('aborted', reason);
      endStreamWithError(stage, reason);
      return this.#answer.abort();
    }
    if (this.#parts.drains(upstream.target.provider) && this.#parts.drainSlots.tryTake()) {
      this.#draining = true;
      this.#stopWaiting();
      return this.#answer.resume();
    }
    this.#finish('aborted');
    this.#answer.abort();
  };

  /** The provider's answer is whole. */
  end(): void {
    if (this.#over) return;
    if (this.#draining) return this.#finish('aborted');
    this.#answered.stage.response.end();
    this.#finish('completed');
  }

  /** The provider broke off. */
  fail(error: AttemptError): void {
    if (this.#over) return;
    if (this.#draining) return this.#finish('aborted');
    const cut = new GatewayError('upstream_cut', {
      message: `The provider broke off after ${this.#answer.progress.contentBytes} bytes of content (${error.code}).`,
      cause: error,
    });
    this.#finish('cut', cut);
    endStreamWithError(this.#answered.stage, cut);
  }

  #finish(outcome: Sent['outcome'], error?: GatewayError): void {
    const { ended } = this.#answered.stage;
    this.#over = true;
    if (this.#draining) this.#parts.drainSlots.giveBack();
    this.#stopWaiting();
    ended.signal.removeEventListener('abort', this.#onEnded);
    this.#parts.openStreams.dec();
    this.#resolve({ outcome, error, firstByteMs: this.#firstByteMs });
  }
}
