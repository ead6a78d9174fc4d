import type {
  AnswerProgress,
  AnswerReceiver,
  Attempt,
  AttemptError,
  Clock,
  Credential,
  Provider,
  ProviderRequest,
  Target,
  UpstreamTimeouts,
} from '@tollgate/core';
import type { Answer } from './answer.ts';
import { AnswerRelay, type AnswerSink } from './answer-relay.ts';
import { abortedError, emptyAnswerError, overfullError, timeoutError, type AttemptFacts } from './attempt-endings.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { AttemptWatch, type PhaseLimit } from './attempt-watch.ts';
import { FirstContentGate, isWholeAnswer } from './first-content-gate.ts';
import type { CallSignal } from './upstream-options.ts';

/** Lifecycle events and comments are small; a whole answer is bounded by the provider, and here whatever it does. */
const maxHeldStreamBytes = 1024 * 1024;
const maxWholeAnswerBytes = 64 * 1024 * 1024;

const nothing = Buffer.alloc(0);

export interface AttemptRunOptions {
  readonly provider: Provider;
  readonly request: ProviderRequest;
  readonly timeouts: UpstreamTimeouts;
  /** Whether another attempt may follow a time-out that the provider may bill. */
  readonly afterTimeout: boolean;
  readonly deadlineAtMs: number;
  readonly clock: Clock;
  readonly signal: CallSignal;
  /** Content has come: the attempt is the call's answer. */
  readonly onOpened: () => void;
  /** Called once, after the last thing that happens to the attempt, and before anybody else hears of it. */
  readonly onOver: (run: AttemptRun) => void;
}

/**
 * One attempt, from being sent to its last byte.
 *
 * - `held`: its bytes wait at the gate; a failure lets another attempt take its place.
 * - `open`: it is the call's answer; bytes are relayed as they come.
 * - `over`: ended, failed, timed out or aborted. Timer and listener are gone, and what a provider
 *   still says is ignored. From `held` a failure leads here directly.
 */
export class AttemptRun implements AnswerReceiver, Answer {
  /** Resolves with the attempt itself, never rejects, once it is known whether that is the answer. */
  readonly decided: Promise<AttemptRun>;
  readonly #options: AttemptRunOptions;
  readonly #attempt: Attempt;
  /** Undefined once the attempt is open. */
  #gate: FirstContentGate | undefined;
  readonly #relay: AnswerRelay;
  readonly #watch: AttemptWatch;
  readonly #startedAtMs: number;
  readonly #onAbort = (): void => this.abort();
  #phase: 'held' | 'open' | 'over' = 'held';
  #wasOpened = false;
  #head: Buffer = nothing;
  #error: AttemptError | undefined;
  #endedAtMs: number | undefined;
  readonly #decide: (run: AttemptRun) => void;

  constructor(options: AttemptRunOptions) {
    const { clock, provider, request, signal } = options;
    const streams = request.call.stream;
    this.#options = options;
    this.#startedAtMs = clock.monotonicMs();
    ({ promise: this.decided, resolve: this.#decide } = Promise.withResolvers<AttemptRun>());
    this.#gate = new FirstContentGate({ streams, maxHeldBytes: streams ? maxHeldStreamBytes : maxWholeAnswerBytes });
    this.#relay = new AnswerRelay({ pause: () => this.#pause(), resume: () => this.#resume() });
    this.#watch = new AttemptWatch({
      clock,
      deadlineAtMs: options.deadlineAtMs,
      phase: firstPhase(streams, options.timeouts),
      onTimeout: (code) => this.#endBy(timeoutError(code, this.#facts())),
    });
    signal.addEventListener('abort', this.#onAbort);
    this.#attempt = provider.send(request, this);
  }

  onBytes(bytes: Buffer, progress: AnswerProgress): void {
    if (this.#phase === 'open') {
      this.#watch.restart();
      if (bytes.length > 0) this.#relay.push(bytes);
    } else if (this.#phase === 'held' && this.#gate !== undefined) {
      const state = this.#gate.hold(bytes, progress);
      if (state === 'open') this.#openStream();
      else if (state === 'overfull') this.#endBy(overfullError());
    }
  }

  onEnd(progress: AnswerProgress): void {
    if (this.#phase === 'held' && isWholeAnswer(progress)) this.#open();
    if (this.#phase === 'open') this.#finish(undefined);
    else this.#finish(emptyAnswerError());
  }

  onFailure(error: AttemptError): void {
    this.#finish(error);
  }

  get head(): Buffer {
    return this.#head;
  }

  get ended(): boolean {
    return this.#phase === 'over' && this.#error === undefined && this.#relay.isEmpty;
  }

  get progress(): AnswerProgress {
    return this.#attempt.progress;
  }

  relay(sink: AnswerSink): void {
    this.#head = nothing;
    this.#relay.attach(sink);
  }

  resume(): void {
    this.#relay.resume();
  }

  abort(): void {
    this.#endBy(abortedError(this.#facts()));
  }

  get target(): Target {
    return this.#options.request.target;
  }

  get credential(): Credential {
    return this.#options.request.credential;
  }

  /** It became the call's answer, whatever came of it then. */
  get wasOpened(): boolean {
    return this.#wasOpened;
  }

  /** Why it failed; undefined while it has not, and for good once it ended whole. */
  get error(): AttemptError | undefined {
    return this.#error;
  }

  /** As it stands now. */
  get record(): AttemptRecord {
    return {
      target: this.target,
      credential: this.credential.name,
      result: this.#error?.code ?? 'answered',
      httpStatus: this.#error?.httpStatus ?? this.progress.httpStatus,
      billing: this.#wasOpened ? 'possible' : (this.#error?.billing ?? 'possible'),
      progress: this.progress,
      startedMs: this.#startedAtMs,
      durationMs: (this.#endedAtMs ?? this.#options.clock.monotonicMs()) - this.#startedAtMs,
      message: this.#error?.message,
    };
  }

  #facts(): AttemptFacts {
    return {
      requestSent: this.progress.requestSent,
      afterTimeout: this.#options.afterTimeout,
    };
  }

  #openStream(): void {
    this.#watch.enter({ code: 'idle_timeout', limitMs: this.#options.timeouts.idleMs });
    this.#open();
  }

  #open(): void {
    // From here on whoever relays decides when to abort: the rest may be worth reading for its usage.
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#phase = 'open';
    this.#wasOpened = true;
    this.#head = this.#gate?.release() ?? nothing;
    this.#gate = undefined;
    this.#options.onOpened();
    this.#decide(this);
  }

  /** Ends it from this side. The provider's own word on it, which follows, finds the attempt over. */
  #endBy(error: AttemptError): void {
    if (this.#phase === 'over') return;
    this.#close(error);
    this.#attempt.abort();
    this.#tell();
  }

  #finish(error: AttemptError | undefined): void {
    if (this.#phase === 'over') return;
    this.#close(error);
    this.#tell();
  }

  #close(error: AttemptError | undefined): void {
    this.#phase = 'over';
    this.#error = error;
    this.#endedAtMs = this.#options.clock.monotonicMs();
    this.#watch.stop();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }

  #tell(): void {
    this.#options.onOver(this);
    this.#decide(this);
    this.#relay.finish(this.#error);
  }

  #pause(): void {
    if (this.#phase === 'over') return;
    this.#watch.pause();
    this.#attempt.pause();
  }

  #resume(): void {
    if (this.#phase === 'over') return;
    this.#watch.resume();
    this.#attempt.resume();
  }
}

const firstPhase = (streams: boolean, timeouts: UpstreamTimeouts): PhaseLimit =>
  streams
    ? { code: 'first_content_timeout', limitMs: timeouts.firstContentMs }
    : { code: 'unstreamed_timeout', limitMs: timeouts.unstreamedMs };
