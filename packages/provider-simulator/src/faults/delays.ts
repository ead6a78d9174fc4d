import { paceScript, unpaced } from '../call/pacing.ts';
import type { Frame } from '../call/script.ts';
import { breakAt, remaining } from './break-at.ts';
import type { Fault } from './fault.ts';

const delayByDefaultMs = 10_000;

/** Faults that are a wait. */
export const delays: Readonly<Record<string, Fault>> = {
  slow_headers: {
    about: 'Status and headers come only after `delay_ms` (10000).',
    parameters: ['delay_ms'],
    apply: ({ script, parameters }) => ({
      ...script,
      headersAfterMs: script.headersAfterMs + (parameters.delay_ms ?? delayByDefaultMs),
    }),
  },
  slow_content: {
    about:
      'The first content comes `delay_ms` (10000) after the headers, with comments or pings every `keep_alive_ms` (1000) where the provider sends them.',
    parameters: ['delay_ms', 'keep_alive_ms'],
    apply: ({ script, parameters, keepAlive }) => {
      const pacing = {
        ...unpaced,
        bytes_per_write: script.bytesPerWrite,
        first_content_ms: parameters.delay_ms ?? delayByDefaultMs,
        keep_alive_ms: parameters.keep_alive_ms ?? unpaced.keep_alive_ms,
      };
      return paceScript(script, pacing, keepAlive);
    },
  },
  stall: {
    about:
      'The answer stops in the middle and the connection stays open until the client leaves; with `delay_ms` it goes on after that time.',
    parameters: ['after_events', 'after_bytes', 'delay_ms'],
    apply: (context) => {
      const { delay_ms: delayMs } = context.parameters;
      if (delayMs === undefined) return { ...context.script, frames: breakAt(context), ending: 'hang' };
      return { ...context.script, frames: breakAt(context, (rest, next) => resume(rest, next, delayMs)) };
    },
  },
};

function* resume(rest: Iterator<Frame>, next: Frame | undefined, delayMs: number): Generator<Frame> {
  if (next === undefined) return;
  yield { ...next, waitMs: next.waitMs + delayMs };
  yield* remaining(rest);
}
