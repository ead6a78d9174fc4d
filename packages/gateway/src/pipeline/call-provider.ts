import type { Clock } from '@tollgate/core';
import type { Upstream, UpstreamAnswer } from '@tollgate/upstream';
import type { Journal } from '../journal/journal.ts';
import { extendReservation, type ExtendingParts } from './extend-reservation.ts';
import { keptNotes, type KeptNotes, type NotingParts } from './note-kept-response.ts';
import type { Reserved } from './stages.ts';

export interface CallingParts extends ExtendingParts, NotingParts {
  readonly upstream: Upstream;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** An answer whose first content (or all of it) has come. Until here another target could still have answered. */
export interface Answered {
  readonly stage: Reserved;
  readonly upstream: UpstreamAnswer;
  /** Undefined: the provider keeps nothing of the answer. */
  readonly notes: KeptNotes | undefined;
  /** Monotonic. */
  readonly askedMs: number;
  readonly answeredMs: number;
}

/** Step 5: retry, then fallback, until one target answers. Rejects with UpstreamFailure, which tells each attempt. */
export async function callProvider(stage: Reserved, parts: CallingParts): Promise<Answered> {
  parts.journal.dispatched(stage.reservation.reservationId);
  await parts.journal.written();
  const askedMs = parts.clock.monotonicMs();
  const upstream = await parts.upstream.call({
    call: stage.call,
    targets: stage.route.targets,
    outputCapTokens: stage.outputCapTokens,
    requestId: stage.requestId,
    traceparent: stage.traceparent,
    attemptTraceparent: traceparentsOf(stage),
    signal: stage.ended.signal,
    beforeFurtherAttempt: (target) => extendReservation(stage, target, parts),
  });
  const notes = keptNotes(stage, upstream, parts);
  return { stage, upstream, notes, askedMs, answeredMs: parts.clock.monotonicMs() };
}

function traceparentsOf({ trace }: Reserved): ((index: number) => string) | undefined {
  return trace === undefined ? undefined : (index) => trace.attemptTraceparent(index);
}
