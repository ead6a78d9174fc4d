import { z } from 'zod';
import { frame, type Frame, type Script } from './script.ts';
import { parseTold, settingsOf, splitWords } from './setting-words.ts';

const ms = z.coerce.number().min(0).max(3_600_000);
const count = z.coerce.number().int().min(1);

/** How fast answers come. All durations in ms; settings that are not named keep their value. */
export const pacingSchema = z.strictObject({
  /** Before status and headers. */
  headers_ms: ms,
  /** From the headers to the first event with content, or to a whole answer's body. */
  first_content_ms: ms,
  /** Between events with content. */
  between_events_ms: ms,
  /** Between keep-alives (comments, pings) while the first content is awaited. */
  keep_alive_ms: ms.min(1),
  tokens_per_event: count.max(100_000),
  /** Splits every event and body into writes of so many bytes; 0 leaves them whole. */
  bytes_per_write: z.coerce.number().int().min(0),
});

export type Pacing = z.infer<typeof pacingSchema>;

/** As fast as it goes. */
export const unpaced: Pacing = {
  headers_ms: 0,
  first_content_ms: 0,
  between_events_ms: 0,
  keep_alive_ms: 1000,
  tokens_per_event: 2,
  bytes_per_write: 0,
};

/** The pace with what a prompt tells of it. */
export const pacingOf = (pacing: Pacing, told: string | undefined): Pacing =>
  told === undefined ? pacing : parseTold(pacingSchema, { ...pacing, ...settingsOf(splitWords(told)) });

/** The script at the given pace. `keepAlive` is written while the first content is awaited. */
export const paceScript = (script: Script, pacing: Pacing, keepAlive: string | undefined): Script => {
  const paced = pacing.first_content_ms > 0 || pacing.between_events_ms > 0;
  return {
    ...script,
    bytesPerWrite: pacing.bytes_per_write,
    headersAfterMs: script.headersAfterMs + pacing.headers_ms,
    frames: paced ? paceFrames(script.frames, pacing, script.stream ? keepAlive : undefined) : script.frames,
  };
};

function* paceFrames(frames: Iterable<Frame>, pacing: Pacing, keepAlive: string | undefined): Generator<Frame> {
  let contentSeen = false;
  for (const next of frames) {
    if (contentSeen || next.kind === 'keep_alive' || next.kind === 'lifecycle') {
      yield next.kind === 'content' ? { ...next, waitMs: next.waitMs + pacing.between_events_ms } : next;
      continue;
    }
    contentSeen = true;
    let leftMs = pacing.first_content_ms;
    for (; keepAlive !== undefined && leftMs > pacing.keep_alive_ms; leftMs -= pacing.keep_alive_ms) {
      yield { ...frame('keep_alive', keepAlive), waitMs: pacing.keep_alive_ms };
    }
    yield { ...next, waitMs: next.waitMs + leftMs };
  }
}
