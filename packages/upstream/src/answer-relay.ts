import type { AttemptError } from '@tollgate/core';

/** Where an answer goes. Exactly one of `end` and `fail` is called, last, and once. */
export interface AnswerSink {
  /** False asks to pause the provider until `resume`; bytes that are on their way already may still come. */
  write(bytes: Buffer): boolean;
  /** The answer is whole. */
  end(): void;
  /** The answer broke off, was ended by a time-out, or was aborted. */
  fail(error: AttemptError): void;
}

/** The source's tap. */
export interface Valve {
  pause(): void;
  resume(): void;
}

/** What may wait between an answer's head and the call of `attach`. */
const maxBacklogBytes = 256 * 1024;

/** Passes an answer on as it comes, and back-pressure back. Holds what comes before there is a sink. */
export class AnswerRelay {
  readonly #valve: Valve;
  #sink: AnswerSink | undefined;
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  #isPaused = false;
  #ending: { readonly error: AttemptError | undefined } | undefined;

  constructor(valve: Valve) {
    this.#valve = valve;
  }

  get isEmpty(): boolean {
    return this.#backlogBytes === 0;
  }

  push(bytes: Buffer): void {
    if (this.#sink !== undefined) {
      if (!this.#sink.write(bytes)) this.#pause();
      return;
    }
    this.#backlog.push(bytes);
    this.#backlogBytes += bytes.length;
    if (this.#backlogBytes > maxBacklogBytes) this.#pause();
  }

  finish(error: AttemptError | undefined): void {
    this.#ending = { error };
    if (this.#sink !== undefined) deliverEnding(this.#sink, error);
  }

  attach(sink: AnswerSink): void {
    if (this.#sink !== undefined) throw new Error('an answer is relayed once');
    const backlog = Buffer.concat(this.#backlog, this.#backlogBytes);
    this.#backlog = [];
    this.#backlogBytes = 0;
    const takesMore = backlog.length === 0 || sink.write(backlog);
    // Only now: a sink that aborts the answer from within `write` is told of the end once, below.
    this.#sink = sink;
    if (this.#ending !== undefined) deliverEnding(sink, this.#ending.error);
    else if (takesMore) this.resume();
    else this.#pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#valve.resume();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#valve.pause();
  }
}

function deliverEnding(sink: AnswerSink, error: AttemptError | undefined): void {
  if (error === undefined) sink.end();
  else sink.fail(error);
}
