import type { Frame } from '../call/script.ts';
import { breakAt, cutFrame } from './break-at.ts';
import type { Fault } from './fault.ts';

const place = ['after_events', 'after_bytes'] as const;

/** Faults in which the connection, or the stream, ends too soon. */
export const breaks: Readonly<Record<string, Fault>> = {
  reset_before_headers: {
    about: 'The connection is reset before any header.',
    parameters: [],
    apply: ({ script }) => ({ ...script, head: undefined, frames: [], ending: 'reset', charging: 'nothing' }),
  },
  close_before_headers: {
    about: 'The connection is closed before any header.',
    parameters: [],
    apply: ({ script }) => ({ ...script, head: undefined, frames: [], ending: 'cut', charging: 'nothing' }),
  },
  reset_mid_body: {
    about: 'The connection is reset in the middle of the answer.',
    parameters: place,
    apply: (context) => ({ ...context.script, frames: breakAt(context), ending: 'reset' }),
  },
  cut_between_events: {
    about: 'The connection is closed between two events, or in the middle of a body.',
    parameters: place,
    apply: (context) => ({ ...context.script, frames: breakAt(context), ending: 'cut' }),
  },
  cut_mid_event: {
    about: 'The connection is closed in the middle of an event or a body.',
    parameters: place,
    apply: (context) => {
      const halfOfNext = context.script.stream && context.parameters.after_bytes === undefined;
      const frames = breakAt(context, (_, next) => (halfOfNext && next !== undefined ? [half(next)] : []));
      return { ...context.script, frames, ending: 'cut' };
    },
  },
  end_early: {
    about: 'A stream ends cleanly, as HTTP goes, without finish reason and terminator.',
    parameters: place,
    apply: (context) => ({ ...context.script, frames: breakAt(context), ending: 'complete' }),
  },
  no_done: {
    about: 'A stream lacks its last event only: `[DONE]` or `message_stop`.',
    parameters: [],
    apply: ({ script }) => (script.stream ? { ...script, frames: allButLast(script.frames) } : script),
  },
};

const half = (frame: Frame): Frame => cutFrame(frame, Math.floor(Buffer.byteLength(frame.bytes) / 2));

function* allButLast(frames: Iterable<Frame>): Generator<Frame> {
  let held: Frame | undefined;
  for (const frame of frames) {
    if (held !== undefined) yield held;
    held = frame;
  }
}
