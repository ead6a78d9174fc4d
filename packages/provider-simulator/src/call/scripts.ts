import { contextOf, type ArrivedCall } from './arrived-call.ts';
import type { Failure } from './refusal.ts';
import { bodyScript, type Frame, type Script } from './script.ts';

export interface AnsweredCall {
  readonly call: ArrivedCall;
  readonly model: string;
}

/** The headers of an answer as the provider gives them. */
const headersOf = ({ call, model }: AnsweredCall, contentType: string): Readonly<Record<string, string>> => ({
  'content-type': contentType,
  ...call.endpoint.voice.headers(contextOf(call, model)),
});

/** A stream of events, charged for what was sent of it. */
export const streamOf = (
  answered: AnsweredCall,
  { contentType, frames }: { readonly contentType: string; readonly frames: Iterable<Frame> },
): Script => ({
  headersAfterMs: 0,
  head: { status: 200, headers: { 'cache-control': 'no-cache', ...headersOf(answered, contentType) } },
  frames,
  ending: 'complete',
  charging: 'produced',
  stream: true,
  bytesPerWrite: 0,
});

/** A whole answer, charged for all of it. A body of several frames begins before its end is known, and has no length. */
export function bodyOfFrames(
  answered: AnsweredCall,
  frames: readonly Frame[],
  contentType = 'application/json',
): Script {
  const headers = headersOf(answered, contentType);
  const [only] = frames;
  if (frames.length === 1 && only !== undefined) {
    return bodyScript({ status: 200, headers, body: only.bytes, charging: 'all' });
  }
  const script = bodyScript({ status: 200, headers, body: '', charging: 'all' });
  return { ...script, head: { status: 200, headers }, frames };
}

/** An error in the provider's own shape; costs nothing. */
export function errorScript(call: ArrivedCall, model: string, failure: Failure): Script {
  const context = contextOf(call, model);
  const { voice } = call.endpoint;
  const { status, headers, body } = voice.error(failure, context);
  return bodyScript({
    status,
    headers: { 'content-type': 'application/json', ...voice.headers(context), ...headers },
    body: JSON.stringify(body),
    charging: 'nothing',
  });
}
