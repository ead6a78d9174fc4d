import type { Failure } from '../call/refusal.ts';
import { bodyScript, frame, type Frame, type Script } from '../call/script.ts';
import { breakAt, remaining } from './break-at.ts';
import type { Fault, FaultContext } from './fault.ts';

const hugeByDefaultBytes = 8 * 1024 * 1024;
const page = '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>simulated</body></html>';

/** Faults in which the answer arrives whole and is wrong. */
export const wrongBodies: Readonly<Record<string, Fault>> = {
  html: {
    about: 'A page of HTML with `status` (200) in place of the answer.',
    parameters: ['status'],
    apply: ({ parameters }) =>
      bodyScript({
        status: parameters.status ?? 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: page,
        charging: 'nothing',
      }),
  },
  empty_body: {
    about: 'Headers as usual, and a body of no bytes.',
    parameters: [],
    apply: ({ script }) => ({ ...withoutLength(script), frames: [], charging: 'nothing' }),
  },
  malformed_json: {
    about: 'One event, or the body, is broken JSON; a stream goes on after it.',
    parameters: ['after_events'],
    apply: (context) => changeNext(context, (next) => ({ ...next, bytes: breakJson(String(next.bytes)) })),
  },
  huge_event: {
    about: 'One event, or the body, has a further member of `bytes` (8388608).',
    parameters: ['after_events', 'bytes'],
    apply: (context) => {
      const padding = 'x'.repeat(context.parameters.bytes ?? hugeByDefaultBytes);
      const pad = (json: string): string => json.replace('{', `{"padding":"${padding}",`);
      return changeNext(context, (next) => ({ ...next, bytes: pad(String(next.bytes)) }));
    },
  },
  two_bodies: {
    about: 'The whole body, or stream, comes twice.',
    parameters: [],
    apply: ({ script }) => {
      const frames = [...script.frames];
      return { ...withoutLength(script), frames: [...frames, ...frames.map((one) => ({ ...one, answerBytes: 0 }))] };
    },
  },
  error_event: {
    about: 'A stream breaks off with an error event of `status` (529); a whole answer is an error inside a 200.',
    parameters: ['after_events', 'status'],
    apply: (context) =>
      context.script.stream
        ? { ...context.script, frames: breakAt(context, () => errorFrames(context)) }
        : errorInside200(context),
  },
  error_in_200: {
    about: 'Status 200, and an error of `status` (529) before any content.',
    parameters: ['status'],
    apply: (context) => {
      if (!context.script.stream) return errorInside200(context);
      const atOnce = { ...context, parameters: { after_events: 0 } };
      return { ...context.script, frames: breakAt(atOnce, () => errorFrames(context)), charging: 'nothing' };
    },
  },
};

const failureOf = ({ parameters }: FaultContext): Failure => ({ kind: `${parameters.status ?? 529}` });

const errorFrames = (context: FaultContext): readonly Frame[] => context.errorFrames(failureOf(context));

function errorInside200(context: FaultContext): Script {
  const { frames } = context.errorScript(failureOf(context));
  return { ...withoutLength(context.script), frames, charging: 'nothing' };
}

/** The first event after the named place, or the body, is changed; all else stays. */
function changeNext(context: FaultContext, change: (next: Frame) => Frame): Script {
  const parameters = context.script.stream ? context.parameters : { after_bytes: 0 };
  const script = context.script.stream ? context.script : mergeBody(context.script);
  const frames = breakAt({ script, parameters }, (rest, next) =>
    next === undefined ? [] : concat(change(next), remaining(rest)),
  );
  return { ...withoutLength(script), frames };
}

/** A whole body may come in several writes; a change of it needs the writes together. */
function mergeBody(script: Script): Script {
  const frames = [...script.frames];
  const body = frame('content', frames.map((one) => String(one.bytes)).join(''));
  return { ...script, frames: [{ ...body, waitMs: frames.reduce((ms, one) => ms + one.waitMs, 0) }] };
}

function* concat(first: Frame, rest: Iterable<Frame>): Generator<Frame> {
  yield first;
  yield* rest;
}

/** Keeps an event's end, so that it arrives as one event. */
const breakJson = (event: string): string => `${event.trimEnd().slice(0, -2)}${event.endsWith('\n\n') ? '\n\n' : ''}`;

function withoutLength(script: Script): Script {
  if (script.head === undefined) return script;
  const { 'content-length': _, ...headers } = script.head.headers;
  return { ...script, head: { ...script.head, headers } };
}
