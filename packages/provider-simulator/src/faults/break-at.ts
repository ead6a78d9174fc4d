import type { Frame } from '../call/script.ts';
import type { FaultContext } from './fault.ts';

const eventsByDefault = 2;

/**
 * The frames up to the place that the fault names, then whatever `tail` makes of the rest, which begins
 * with what would have come next. A stream breaks after so many events with content, at the latest before
 * it says that it is whole; a body in its middle.
 */
export function* breakAt(
  { script, parameters }: Pick<FaultContext, 'script' | 'parameters'>,
  tail: (rest: Iterator<Frame>, next: Frame | undefined) => Iterable<Frame> = () => [],
): Generator<Frame> {
  const frames = script.frames[Symbol.iterator]();
  const place = { ...parameters, stream: script.stream };
  let contentEvents = 0;
  let bytes = 0;
  let next = frames.next();
  for (; next.done !== true; next = frames.next()) {
    const passes = bytesThatPass(next.value, { ...place, contentEvents, bytes });
    const size = Buffer.byteLength(next.value.bytes);
    if (passes < size) {
      if (passes > 0) yield cutFrame(next.value, passes);
      break;
    }
    yield next.value;
    bytes += size;
    if (next.value.kind === 'content') contentEvents += 1;
  }
  yield* tail(frames, next.done === true ? undefined : next.value);
}

interface Place {
  readonly after_bytes?: number | undefined;
  readonly after_events?: number | undefined;
  readonly stream: boolean;
  readonly contentEvents: number;
  readonly bytes: number;
}

function bytesThatPass(frame: Frame, place: Place): number {
  const size = Buffer.byteLength(frame.bytes);
  if (place.after_bytes !== undefined) return Math.min(size, Math.max(0, place.after_bytes - place.bytes));
  if (frame.kind === 'keep_alive' || frame.kind === 'lifecycle') return size;
  if (!place.stream) return Math.floor(size / 2);
  return frame.kind === 'content' && place.contentEvents < (place.after_events ?? eventsByDefault) ? size : 0;
}

/** The first bytes of a frame; what it delivers of the answer is not counted, since no client can read it. */
export const cutFrame = (frame: Frame, bytes: number): Frame => ({
  ...frame,
  bytes: Buffer.from(frame.bytes).subarray(0, bytes),
  answerBytes: 0,
});

/** What an iterator still holds. */
export const remaining = (rest: Iterator<Frame>): Iterable<Frame> => ({ [Symbol.iterator]: () => rest });
