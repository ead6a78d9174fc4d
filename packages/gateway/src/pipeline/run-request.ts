import { StoreError } from '@tollgate/core';
import type { Charge } from '../admission/charge-attempts.ts';
import { RefusalError } from '../admission/refusal-error.ts';
import type { ServedCall } from '../calls/served-calls.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import { answerCall, type AnsweringParts } from './answer-call.ts';
import { authenticate, type AuthenticationParts } from './authenticate.ts';
import { claimCall, finishClaim, isNamed, releaseClaim, type ClaimingParts } from './claim-call.ts';
import { chooseRoute, type RoutingParts } from './choose-route.ts';
import type { Ending } from './ending.ts';
import { logRequest, type LoggingParts } from './log-request.ts';
import { readRequest, type ReadingParts } from './read-request.ts';
import { refuse } from './refuse.ts';
import { reserve, type ReservingParts } from './reserve.ts';
import { settle, type SettlingParts } from './settle.ts';
import type { Arrived, Reserved, Stage } from './stages.ts';
import { traceRequest, type TracingParts } from './trace-request.ts';

export interface PipelineParts
  extends
    AuthenticationParts,
    ReadingParts,
    RoutingParts,
    ReservingParts,
    AnsweringParts,
    SettlingParts,
    LoggingParts,
    TracingParts,
    ClaimingParts {
  readonly onStoreFailure: (error: StoreError) => void;
}

/**
 * A request's way, in order. Each step takes what the step before returned, so none can be left out.
 *
 *   1. authenticate      headers → caller
 *   2. read-request      body → call
 *   3. choose-route      model → ordered targets, if the caller may use it
 *      claim-call        the caller's name for the call, if it has given one → made once
 *   4. reserve           call → reservation, all limits of key and tenant in one round trip, or a refusal
 *   5. call-provider     retry, then fallback, until one answers
 *   6. send-response     bytes as they come
 *   7. settle            reservation → charge and usage event; once, whatever happened
 *   8. log-request       one line, and the metrics; once, whatever happened; trace-request, its spans, where tracing is on
 */
export async function runRequest(arrived: Arrived, served: ServedCall, parts: PipelineParts): Promise<void> {
  parts.metrics.inflightRequests.inc();
  const way: Way = { stage: arrived };
  let ending: Ending;
  let charge: Charge | undefined;
  try {
    const reserved = await admit(arrived, { way, served, parts });
    ending = await answerCall(reserved, parts);
    charge = settle(reserved, ending, parts);
    finishClaim(reserved, { ending, charge }, parts);
  } catch (thrown) {
    const { stage } = way;
    if (thrown instanceof StoreError) parts.onStoreFailure(thrown);
    if (isNamed(arrived.request) && 'caller' in stage) releaseClaim(stage, parts);
    ending = refuse(stage, thrown, { headers: headersFor(stage, thrown, parts), clock: parts.clock });
  }
  const { stage } = way;
  parts.metrics.inflightRequests.dec();
  logRequest(stage, { ending, charge }, parts);
  if (stage.trace !== undefined) traceRequest(stage, { ending, charge }, parts);
  if ('call' in stage) stage.call.longBody?.release();
}

/** How far a request has come. */
interface Way {
  stage: Stage;
}

/** Steps 1 to 4. Apart, so that what the first of them returned is not kept for as long as an answer streams. */
async function admit(
  arrived: Arrived,
  { way, served, parts }: { way: Way; served: ServedCall; parts: PipelineParts },
): Promise<Reserved> {
  const authenticated = (way.stage = await authenticate(arrived, parts));
  const read = (way.stage = await readRequest(authenticated, served, parts));
  const routed = (way.stage = await chooseRoute(read, parts));
  if (isNamed(arrived.request)) await claimCall(routed, parts);
  return (way.stage = await reserve(routed, parts));
}

const headersFor = (stage: Stage, thrown: unknown, parts: PipelineParts): Record<string, string> =>
  answerHeaders({
    endpoint: stage.endpoint,
    requestId: stage.requestId,
    nowMs: parts.clock.nowMs(),
    standings: thrown instanceof RefusalError ? thrown.standings : [],
    target: undefined,
    attempts: 0,
    closing: parts.closing(),
  });
