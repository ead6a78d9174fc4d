import type {
  AnswerProgress,
  AnswerReceiver,
  Attempt,
  AttemptErrorCode,
  AttemptErrorDetails,
  Provider,
  ProviderRequest,
} from '@tollgate/core';
import { attemptError } from './attempt-errors.ts';

const nothingYet: AnswerProgress = {
  httpStatus: undefined,
  requestSent: true,
  contentSeen: false,
  finishReason: undefined,
  usage: undefined,
  reportedCostNanoUsd: undefined,
  contentBytes: 0,
  providerRequestId: undefined,
  droppedFields: [],
  answeredModel: undefined,
  serviceTier: undefined,
};

/** An attempt as a provider sees it, driven by the test. */
export class SentAttempt implements Attempt {
  readonly request: ProviderRequest;
  progress = nothingYet;
  isPaused = false;
  isAborted = false;
  readonly #receiver: AnswerReceiver;

  constructor(request: ProviderRequest, receiver: AnswerReceiver) {
    this.request = request;
    this.#receiver = receiver;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  /** As the port says: the receiver is told, at once. */
  abort(): void {
    this.isAborted = true;
    this.fail('aborted');
  }

  learn(facts: Partial<AnswerProgress>): void {
    this.progress = { ...this.progress, ...facts };
  }

  /** Bytes that are no content: a comment, a lifecycle event. */
  comment(text: string): void {
    this.learn({ httpStatus: 200 });
    this.#receiver.onBytes(Buffer.from(text), this.progress);
  }

  content(text: string): void {
    this.learn({ httpStatus: 200, contentSeen: true, contentBytes: this.progress.contentBytes + text.length });
    this.#receiver.onBytes(Buffer.from(text), this.progress);
  }

  end(): void {
    this.learn({ finishReason: 'stop' });
    this.endUnfinished();
  }

  /** As `end`, but the provider never said how the answer ended. */
  endUnfinished(): void {
    this.learn({ httpStatus: 200 });
    this.#receiver.onEnd(this.progress);
  }

  fail(code: AttemptErrorCode, over: Partial<AttemptErrorDetails> = {}): void {
    this.#receiver.onFailure(attemptError(code, over), this.progress);
  }
}

/** What a provider does with an attempt once `send` has returned. */
export type Conduct = (attempt: SentAttempt) => void;

export const answers =
  (text = 'hello'): Conduct =>
  (attempt) => {
    attempt.content(text);
    attempt.end();
  };

export const fails =
  (code: AttemptErrorCode, over: Partial<AttemptErrorDetails> = {}): Conduct =>
  (attempt) =>
    attempt.fail(code, over);

/** Nothing: the test drives the attempt by hand. */
export const keepsSilent: Conduct = () => undefined;

/** A provider that conducts itself as told, attempt by attempt; the last conduct stays. */
export class ScriptedProvider implements Provider {
  readonly name: string;
  readonly sent: SentAttempt[] = [];
  #script: readonly Conduct[];
  #scriptedFrom = 0;

  constructor(name: string, script: readonly Conduct[]) {
    this.name = name;
    this.#script = script;
  }

  follow(...script: readonly Conduct[]): void {
    this.#script = script;
    this.#scriptedFrom = this.sent.length;
  }

  send(request: ProviderRequest, receiver: AnswerReceiver): Attempt {
    const attempt = new SentAttempt(request, receiver);
    const conduct = this.#script[this.sent.length - this.#scriptedFrom] ?? this.#script.at(-1) ?? keepsSilent;
    this.sent.push(attempt);
    queueMicrotask(() => {
      if (!attempt.isAborted) conduct(attempt);
    });
    return attempt;
  }

  get lastSent(): SentAttempt {
    const last = this.sent.at(-1);
    if (last === undefined) throw new Error(`nothing was sent to ${this.name}`);
    return last;
  }
}
