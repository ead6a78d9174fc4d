import type { AttemptError, Target } from '@tollgate/core';
import type { AttemptRun } from './attempt-run.ts';
import type { CallCourse } from './call-course.ts';
import { pauseUnlessAborted } from './deadline.ts';
import { planNextAttempt, type NextAttempt } from './plan-next-attempt.ts';

/** A call's stay at one target. */
interface Stay {
  /** Names of credentials that the target would not have. */
  readonly refused: Set<string>;
  retries: number;
}

/** Attempts one target until it answers or has to be left. Undefined: it did not answer. */
export async function callWithRetry(course: CallCourse, target: Target): Promise<AttemptRun | undefined> {
  const { clock } = course.state.ports;
  const stay: Stay = { refused: otherCredentials(course, target), retries: 0 };
  for (;;) {
    const run = await course.attempt(target, stay.refused);
    if (run === undefined || run.wasOpened || run.error === undefined) return run;
    const next = decideNext(course, { run, error: run.error, stay });
    if (next.kind === 'leave') return undefined;
    if (next.kind === 'switch') continue;
    stay.retries += 1;
    await pauseUnlessAborted({ clock, delayMs: next.delayMs, signal: course.request.signal });
  }
}

/** Names of credentials that will not do, where the target says which one has to be used. */
function otherCredentials({ state }: CallCourse, { provider, credential }: Target): Set<string> {
  if (credential === undefined) return new Set();
  const names = (state.settings.credentials.get(provider) ?? []).map(({ name }) => name);
  return new Set(names.filter((name) => name !== credential));
}

interface FailedAttemptAtStay {
  readonly run: AttemptRun;
  readonly error: AttemptError;
  readonly stay: Stay;
}

function decideNext(course: CallCourse, { run, error, stay }: FailedAttemptAtStay): NextAttempt {
  const { ports, settings, targetHealth, credentialHealth } = course.state;
  const { credential, target } = run;
  if (error.next === 'credential') stay.refused.add(credential.name);
  const others = credentialHealth.availableInMs(target.provider, new Set([...stay.refused, credential.name]));
  const hasOtherCredential = others === 0;
  const planned = planNextAttempt({
    error,
    retriesSoFar: stay.retries,
    hasOtherCredential,
    remainingMs: course.deadline.remainingMs(),
    policy: settings.retry,
    random: ports.random,
  });
  const { retryBudget } = targetHealth.of(target);
  const isAffordable = planned.kind !== 'retry' || retryBudget.tryTakeRetry(settings.retry.budgetPercent);
  const next: NextAttempt = isAffordable ? planned : { kind: 'leave' };
  tellOthersToWait(course, { run, error, hasOtherCredential, waitMs: next.kind === 'retry' ? next.delayMs : 0 });
  return next;
}

/** A wait that the provider asked for, and that this call does not sit out, is kept by all calls. */
function tellOthersToWait(
  course: CallCourse,
  told: {
    readonly run: AttemptRun;
    readonly error: AttemptError;
    readonly hasOtherCredential: boolean;
    readonly waitMs: number;
  },
): void {
  const { settings, targetHealth, credentialHealth } = course.state;
  const { run, error, hasOtherCredential, waitMs } = told;
  const { provider } = run.target;
  // Told to wait, not how long: only as long as another credential can stand in.
  const untoldMs = error.credential === 'cool' && hasOtherCredential ? settings.retry.maxMs : 0;
  const forMs = error.retryAfterMs ?? untoldMs;
  if (forMs <= waitMs) return;
  if (error.credential === 'cool') credentialHealth.cool({ provider, credential: run.credential }, forMs);
  else if (error.credential === 'keep') targetHealth.of(run.target).cool(forMs);
}
