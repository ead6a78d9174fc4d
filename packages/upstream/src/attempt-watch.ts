import type { AttemptErrorCode, Clock } from '@tollgate/core';

export type TimeoutCode = Extract<
  AttemptErrorCode,
  'first_content_timeout' | 'unstreamed_timeout' | 'idle_timeout' | 'deadline_passed'
>;

/** How long an attempt may take for what it does now. */
export interface PhaseLimit {
  readonly code: Exclude<TimeoutCode, 'deadline_passed'>;
  readonly limitMs: number;
}

export interface AttemptWatchOptions {
  readonly clock: Clock;
  readonly deadlineAtMs: number;
  readonly phase: PhaseLimit;
  readonly onTimeout: (code: TimeoutCode) => void;
}

/**
 * The time limits of one attempt, on a single timer: a piece of the answer only notes the time, and
 * the timer, when it fires early, is set anew for what is left.
 */
export class AttemptWatch {
  readonly #options: AttemptWatchOptions;
  #phase: PhaseLimit;
  /** From when on the phase's limit counts. */
  #sinceMs: number;
  #isPaused = false;
  #cancel: () => void = () => undefined;

  constructor(options: AttemptWatchOptions) {
    this.#options = options;
    this.#phase = options.phase;
    this.#sinceMs = options.clock.monotonicMs();
    this.#arm(this.#sinceMs);
  }

  /** Another limit applies, from now. */
  enter(phase: PhaseLimit): void {
    this.#phase = phase;
    this.restart();
    this.#arm(this.#sinceMs);
  }

  /** The limit counts from now: something arrived. */
  restart(): void {
    this.#sinceMs = this.#options.clock.monotonicMs();
  }

  /** Until `resume` only the deadline counts: it is the caller who is slow. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.restart();
  }

  stop(): void {
    this.#cancel();
  }

  #fire(): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (nowMs >= this.#options.deadlineAtMs) this.#options.onTimeout('deadline_passed');
    else if (!this.#isPaused && nowMs >= this.#sinceMs + this.#phase.limitMs) this.#options.onTimeout(this.#phase.code);
    else this.#arm(nowMs);
  }

  /**
   * While paused it goes on firing once a limit's length: `resume` then need not touch the timer,
   * which is bound to fire before a limit that counts from the resumption is over.
   */
  #arm(nowMs: number): void {
    const countsFromMs = this.#isPaused ? nowMs : this.#sinceMs;
    const atMs = Math.min(this.#options.deadlineAtMs, countsFromMs + this.#phase.limitMs);
    this.#cancel();
    this.#cancel = this.#options.clock.schedule(atMs - nowMs, () => this.#fire());
  }
}
