import type { ServerResponse } from 'node:http';
import { formatUsd, isConversation, type Batch } from '@tollgate/core';
import type { Charge } from '../admission/charge-attempts.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import { beginStream } from '../http/event-stream.ts';
import type { StreamKeepAlive } from '../http/keep-alive.ts';
import type { Answered } from './call-provider.ts';
import { relayStream, type RelayParts, type Sent } from './relay-stream.ts';
import { letGo, type Reserved } from './stages.ts';

export interface SendingParts extends RelayParts {
  /** What the call has cost so far, all attempts together. */
  readonly chargeOf: (answered: Answered) => Charge;
  readonly closing: () => boolean;
  /** Whole answers leave together, before their calls are settled. */
  readonly answers: Batch;
}

/** Step 6: the answer to bytes, as they come. */
export function sendResponse(
  answered: Answered,
  keepAlive: StreamKeepAlive | undefined,
  parts: SendingParts,
): Sent | Promise<Sent> {
  const { stage, upstream } = answered;
  const { response } = stage;
  const { head, ended } = upstream.answer;
  const firstByteMs = parts.clock.monotonicMs();
  const headBytes = head.length;
  stage.held.add(headBytes);
  if (!stage.call.stream) {
    const headers = headersFor(answered, parts);
    const charge = parts.chargeOf(answered);
    headers['content-type'] = contentTypeOf(answered, 'application/json');
    headers['content-length'] = String(headBytes);
    headers['x-tollgate-cost-usd'] = formatUsd(charge.costNanoUsd);
    response.writeHead(200, headers);
    return endWhole(response, head, parts).then(() => ({
      outcome: 'completed',
      error: undefined,
      firstByteMs,
      charge,
    }));
  }
  const contentType = stage.call.answersInBytes ? contentTypeOf(answered, 'application/octet-stream') : undefined;
  if (response.socket !== null) parts.turnWrites.hold(response.socket);
  beginStream(response, headersFor(answered, parts), contentType);
  letGo(stage);
  keepAlive?.touch();
  response.write(head);
  if (ended) {
    response.end();
    return { outcome: 'completed', error: undefined, firstByteMs };
  }
  return relayStream(answered, { firstByteMs, keepAlive, parts });
}

/** Up to here copying bytes into a text costs less than writing them as a piece of their own. */
const maxTextBytes = 16 * 1024;

/** A text of Latin-1 is the same bytes, and leaves with the headers in one piece. */
async function endWhole(response: ServerResponse, body: Buffer, { answers }: SendingParts): Promise<void> {
  await answers.join();
  if (body.length <= maxTextBytes) response.end(body.toString('latin1'), 'latin1');
  else response.end(body);
}

/** What is only relayed keeps the type that the provider gave it, if that is one that no browser runs. */
function contentTypeOf({ stage, upstream }: Answered, otherwise: string): string {
  const type = upstream.answer.progress.contentType;
  if (type === undefined || isConversation(stage.call.protocol)) return otherwise;
  return /^(audio\/[\w.+-]+|application\/json|text\/plain|text\/vtt|application\/x-subrip)\b/i.test(type)
    ? type
    : otherwise;
}

const headersFor = ({ stage, upstream }: Answered, parts: SendingParts): Record<string, string> =>
  answerHeaders({
    endpoint: stage.endpoint,
    requestId: stage.requestId,
    nowMs: parts.clock.nowMs(),
    standings: stage.standings,
    target: upstream.target,
    attempts: upstream.attempts.length,
    outputCapTokens: replacedCap(stage),
    droppedFields: upstream.answer.progress.droppedFields,
    closing: parts.closing(),
  });

/** The cap that was sent, where it is not the caller's own. */
export const replacedCap = ({ call, outputCapTokens }: Reserved): number | undefined =>
  outputCapTokens === call.outputCapTokens ? undefined : outputCapTokens;
