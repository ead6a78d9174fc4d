import type { Reply } from '../answer/answer.ts';
import { contextOf, type ArrivedCall } from './arrived-call.ts';
import type { Ask } from './ask.ts';
import type { Failure } from './refusal.ts';
import { bodyScript, type Script } from './script.ts';

/** The answer as the provider would give it, at no pace in particular. */
export function answerScript(call: ArrivedCall, ask: Ask, reply: Reply): Script {
  return ask.stream ? streamScript(call, ask, reply) : wholeScript(call, ask, reply);
}

function streamScript(call: ArrivedCall, ask: Ask, reply: Reply): Script {
  const { surface } = call;
  const headers = {
    'content-type': surface.streamContentType,
    'cache-control': 'no-cache',
    ...surface.headers(contextOf(call, ask.model)),
  };
  return {
    headersAfterMs: 0,
    head: { status: 200, headers },
    frames: surface.streamFrames(reply, ask),
    ending: 'complete',
    charging: 'produced',
    stream: true,
    bytesPerWrite: 0,
  };
}

function wholeScript(call: ArrivedCall, ask: Ask, reply: Reply): Script {
  const frames = call.surface.wholeFrames(reply);
  const headers = { 'content-type': 'application/json', ...call.surface.headers(contextOf(call, ask.model)) };
  const body = frames.map(({ bytes }) => bytes).join('');
  const script = bodyScript({ status: 200, headers, body, charging: 'all' });
  // A body that begins before its end is known has no length in its headers.
  return frames.length === 1 ? script : { ...script, head: { status: 200, headers }, frames };
}

/** An error in the provider's own shape; costs nothing. */
export function errorScript(call: ArrivedCall, model: string, failure: Failure): Script {
  const context = contextOf(call, model);
  const { status, headers, body } = call.surface.error(failure, context);
  return bodyScript({
    status,
    headers: { 'content-type': 'application/json', ...call.surface.headers(context), ...headers },
    body: JSON.stringify(body),
    charging: 'nothing',
  });
}
