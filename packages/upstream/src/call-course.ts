import type { Provider, Target } from '@tollgate/core';
import { takeClearance, type AttemptClearance } from './attempt-clearance.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { AttemptRun } from './attempt-run.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import type { UpstreamCall } from './upstream-options.ts';
import { availabilityOf, type UpstreamState } from './upstream-state.ts';

/** One call on its way through attempts: what was tried, what came of it, and whether more may be tried. */
export class CallCourse {
  readonly state: UpstreamState;
  readonly request: UpstreamCall;
  readonly deadline: Deadline;
  /** In order; all but the last have failed. */
  runs: readonly AttemptRun[] = [];
  #isForbidden = false;

  constructor(state: UpstreamState, request: UpstreamCall) {
    this.state = state;
    this.request = request;
    this.deadline = createDeadline(state.ports.clock, state.settings.timeouts.totalMs);
  }

  get last(): AttemptRun | undefined {
    return this.runs.at(-1);
  }

  get records(): readonly AttemptRecord[] {
    return this.runs.map((run) => run.record);
  }

  /** No further attempt at any target. */
  get isOver(): boolean {
    return (
      this.#isForbidden ||
      this.request.signal.aborted ||
      this.last?.error?.next === 'stop' ||
      this.deadline.remainingMs() <= 0
    );
  }

  /** Makes one attempt; resolves when it is the answer or has failed. Undefined: it could not be made. */
  async attempt(target: Target, exceptCredentials: ReadonlySet<string>): Promise<AttemptRun | undefined> {
    if (!this.#isAvailable(target, exceptCredentials)) return undefined;
    if (this.last?.record.billing === 'possible') await this.#askForFurther(target);
    return this.isOver ? undefined : this.#begin(target, exceptCredentials)?.decided;
  }

  #isAvailable(target: Target, exceptCredentials: ReadonlySet<string>): boolean {
    return availabilityOf(this.state, target, exceptCredentials).usable;
  }

  async #askForFurther(target: Target): Promise<void> {
    const isGranted = (await this.request.beforeFurtherAttempt?.(target)) ?? true;
    this.#isForbidden = !isGranted;
  }

  #begin(target: Target, exceptCredentials: ReadonlySet<string>): AttemptRun | undefined {
    const { settings, targetHealth, credentialHealth } = this.state;
    const provider = settings.providers.get(target.provider);
    if (provider === undefined) return undefined;
    const clearance = takeClearance({
      health: targetHealth.of(target),
      credentialHealth,
      breaker: settings.breaker,
      except: exceptCredentials,
    });
    if (clearance === undefined) return undefined;
    this.#announce(target);
    const run = this.#send(provider, target, clearance);
    // Most calls have one: a list that grows in place makes room for sixteen more, for as long as an answer streams.
    this.runs = this.runs.concat(run);
    return run;
  }

  #announce(target: Target): void {
    const from = this.last?.target;
    if (from !== target) this.state.targetHealth.of(target).retryBudget.noteFirstAttempt();
    if (from === undefined) return;
    this.state.ports.observe(from === target ? { kind: 'retry', target } : { kind: 'fallback', from, to: target });
  }

  #send(provider: Provider, target: Target, clearance: AttemptClearance): AttemptRun {
    const { settings, ports } = this.state;
    const { call, outputCapTokens, requestId, signal } = this.request;
    const traceparent = this.request.attemptTraceparent?.(this.runs.length) ?? this.request.traceparent;
    const { credential } = clearance;
    const connectTimeoutMs = settings.timeouts.connectMs;
    return new AttemptRun({
      provider,
      request: { call, target, credential, outputCapTokens, connectTimeoutMs, requestId, traceparent },
      timeouts: settings.timeouts,
      afterTimeout: settings.retry.afterTimeout,
      deadlineAtMs: this.deadline.atMs,
      clock: ports.clock,
      signal,
      onOpened: () => clearance.opened(),
      onOver: (run) => {
        const { result, httpStatus, durationMs } = run.record;
        ports.observe({
          kind: 'attempt_ended',
          target,
          credential: credential.name,
          result,
          httpStatus,
          durationMs,
        });
        clearance.over(run.error);
      },
    });
  }
}
