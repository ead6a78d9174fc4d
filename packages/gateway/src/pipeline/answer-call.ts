import { GatewayError, totalTokens, type Clock, type NanoUsd } from '@tollgate/core';
import { UpstreamFailure } from '@tollgate/upstream';
import type { Charge } from '../admission/charge-attempts.ts';
import type { LeaseKeeper } from '../admission/lease-keeper.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import { beginStream, endStreamWithError } from '../http/event-stream.ts';
import { StreamKeepAlive } from '../http/keep-alive.ts';
import { callProvider, type CallingParts } from './call-provider.ts';
import { clientLeftStatus, type Ending } from './ending.ts';
import { asGatewayError, sendError } from './refuse.ts';
import { replacedCap, sendResponse, type SendingParts } from './send-response.ts';
import type { Reserved } from './stages.ts';

export interface AnsweringParts extends CallingParts, SendingParts {
  readonly clock: Clock;
  readonly leases: LeaseKeeper;
  /** Undefined: waiting clients are sent no comments. */
  readonly keepAliveMs: number | undefined;
}

/** Steps 5 and 6 for an admitted call: what a provider or a client does never makes it reject. */
export async function answerCall(reserved: Reserved, parts: AnsweringParts): Promise<Ending> {
  const takesComments = reserved.call.stream && !reserved.call.answersInBytes;
  const everyMs = takesComments ? parts.keepAliveMs : undefined;
  const keepAlive = everyMs === undefined ? undefined : keepAliveFor(reserved, everyMs, parts);
  const askedMs = parts.clock.monotonicMs();
  try {
    const answered = await callProvider(reserved, parts);
    parts.leases.report(reserved.reservation.reservationId, () => progressOf(parts.chargeOf(answered)));
    answered.notes?.note();
    const sent = await sendResponse(answered, keepAlive, parts);
    return {
      outcome: sent.outcome,
      status: 200,
      error: sent.error,
      attempts: answered.upstream.attempts,
      target: answered.upstream.target,
      firstByteMs: sent.firstByteMs,
      upstreamMs: answered.answeredMs - askedMs,
      charge: sent.charge,
    };
  } catch (thrown) {
    return endFailed(reserved, thrown, { askedMs, parts });
  } finally {
    keepAlive?.stop();
  }
}

const progressOf = ({ usage, costNanoUsd }: Charge): { tokens: number; nanoUsd: NanoUsd } => ({
  tokens: totalTokens(usage),
  nanoUsd: costNanoUsd,
});

function endFailed(
  reserved: Reserved,
  thrown: unknown,
  { askedMs, parts }: { askedMs: number; parts: AnsweringParts },
): Ending {
  const failure = thrown instanceof UpstreamFailure ? thrown : undefined;
  const attempts = failure?.attempts ?? [];
  const ending = {
    attempts,
    target: attempts.at(-1)?.target,
    firstByteMs: undefined,
    upstreamMs: parts.clock.monotonicMs() - askedMs,
    charge: undefined,
  };
  const { signal } = reserved.ended;
  const endedByUs = signal.reason instanceof GatewayError ? signal.reason : undefined;
  if (signal.aborted && endedByUs === undefined) {
    return { ...ending, outcome: 'aborted', status: clientLeftStatus, error: undefined };
  }
  const error = endedByUs ?? asGatewayError(failure?.error ?? thrown);
  if (reserved.response.headersSent) endStreamWithError(reserved, error);
  else sendError(reserved, error, headersFor(reserved, { attempts: attempts.length, parts }));
  return { ...ending, outcome: endedByUs === undefined ? 'failed' : 'aborted', status: error.status, error };
}

const keepAliveFor = (reserved: Reserved, everyMs: number, parts: AnsweringParts): StreamKeepAlive =>
  new StreamKeepAlive({
    response: reserved.response,
    begin: () => beginStream(reserved.response, headersFor(reserved, { attempts: 0, parts })),
    clock: parts.clock,
    everyMs,
  });

const headersFor = (
  reserved: Reserved,
  { attempts, parts }: { attempts: number; parts: AnsweringParts },
): Record<string, string> =>
  answerHeaders({
    endpoint: reserved.endpoint,
    requestId: reserved.requestId,
    nowMs: parts.clock.nowMs(),
    standings: reserved.standings,
    target: undefined,
    attempts,
    outputCapTokens: replacedCap(reserved),
    closing: parts.closing(),
  });
