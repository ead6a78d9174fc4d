import type { Caller, Clock, ScopeStanding } from '@tollgate/core';
import { answerHeaders } from '../http/answer-headers.ts';
import { authenticateFresh, type AuthenticationParts } from '../pipeline/authenticate.ts';
import type { Ending } from '../pipeline/ending.ts';
import { logRequest, type LoggingParts } from '../pipeline/log-request.ts';
import { refuse } from '../pipeline/refuse.ts';
import type { Arrived, Stage } from '../pipeline/stages.ts';

export interface PageParts extends AuthenticationParts, LoggingParts {
  readonly clock: Clock;
}

/** What a caller is shown of what the gateway itself knows. */
export interface Page {
  readonly body: object;
  readonly standings: readonly ScopeStanding[];
}

/** Answers a caller with a page of ours. Uses up nothing of its limits, and no provider is asked. */
export async function showPage(
  arrived: Arrived,
  parts: PageParts,
  pageOf: (caller: Caller) => Page | Promise<Page>,
): Promise<void> {
  let stage: Stage = arrived;
  let ending: Ending;
  try {
    const { caller } = (stage = await authenticateFresh(arrived, parts));
    const page = await pageOf(caller);
    const body = Buffer.from(`${JSON.stringify(page.body)}\n`);
    arrived.response.writeHead(200, {
      ...headersFor(arrived, page.standings, parts.clock),
      'content-type': 'application/json',
      'content-length': body.length,
      'cache-control': 'no-store',
    });
    arrived.response.end(body);
    ending = { ...nothingCalled, status: 200, error: undefined };
  } catch (thrown) {
    ending = refuse(stage, thrown, { headers: headersFor(arrived, [], parts.clock), clock: parts.clock });
  }
  logRequest(stage, { ending, charge: undefined }, parts);
}

const nothingCalled = {
  outcome: undefined,
  attempts: [],
  target: undefined,
  firstByteMs: undefined,
  upstreamMs: 0,
  charge: undefined,
};

const headersFor = (
  { endpoint, requestId }: Arrived,
  standings: readonly ScopeStanding[],
  clock: Clock,
): Record<string, string> =>
  answerHeaders({
    endpoint,
    requestId,
    nowMs: clock.nowMs(),
    standings,
    target: undefined,
    attempts: 0,
    closing: false,
  });
