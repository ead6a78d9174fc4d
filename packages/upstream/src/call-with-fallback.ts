import type { Target } from '@tollgate/core';
import type { AttemptRun } from './attempt-run.ts';
import type { CallCourse } from './call-course.ts';
import { callWithRetry } from './call-with-retry.ts';
import { chooseTargets, type Availability } from './choose-targets.ts';
import { availabilityOf } from './upstream-state.ts';

/**
 * Goes through the call's targets until one answers. Undefined: none did. Throws GatewayError
 * `no_target_available` where none can be attempted.
 */
export async function callWithFallback(course: CallCourse): Promise<AttemptRun | undefined> {
  const { state, request } = course;
  const availability = (target: Target): Availability => availabilityOf(state, target);
  for (const target of chooseTargets({ targets: request.targets, availability, random: state.ports.random })) {
    if (course.isOver) return undefined;
    if (!isLongEnough(course, target)) continue;
    const answer = await callWithRetry(course, target);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Where the context was too long for a target, only one known to have a longer window may follow. */
function isLongEnough({ runs, state }: CallCourse, target: Target): boolean {
  const windowTokens = (of: Target): number | undefined => state.settings.contextWindowTokens?.(of);
  return runs
    .filter((run) => run.error?.next === 'longer_context')
    .every((run) => (windowTokens(target) ?? 0) > (windowTokens(run.target) ?? Infinity));
}
