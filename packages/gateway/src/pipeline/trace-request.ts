import { formatUsd } from '@tollgate/core';
import type { Config } from '@tollgate/config';
import type { TracedAttempt, TracedRequest, Tracer } from '@tollgate/telemetry';
import type { AttemptRecord } from '@tollgate/upstream';
import { RefusalError } from '../admission/refusal-error.ts';
import { isAuthenticated, isRead, type Ended, type LoggingParts } from './log-request.ts';
import type { Stage } from './stages.ts';

export interface TracingParts extends Pick<LoggingParts, 'clock'> {
  /** Undefined: tracing is off. */
  readonly tracer: Tracer | undefined;
  readonly config: Pick<Config, 'providers'>;
}

/** Beside step 8: the spans of a request that is traced, from what is known by now. */
export function traceRequest(stage: Stage, ended: Ended, { tracer, clock, config }: TracingParts): void {
  if (tracer === undefined || stage.trace === undefined) return;
  const endedAtMs = wallTime(stage, clock.monotonicMs());
  const attempts = ended.ending.attempts.map((attempt) => tracedAttempt(stage, attempt, config));
  tracer.end(stage.trace, { ...tracedRequest(stage, ended), endedAtMs, attempts });
}

/** A monotonic time as ms since the epoch, by the request's own arrival. */
const wallTime = (stage: Stage, monotonicMs: number): number => stage.arrivedAtMs + (monotonicMs - stage.startedMs);

function tracedRequest(stage: Stage, { ending, charge }: Ended): Omit<TracedRequest, 'endedAtMs' | 'attempts'> {
  const caller = isAuthenticated(stage) ? stage.caller : undefined;
  const call = isRead(stage) ? stage.call : undefined;
  return {
    requestId: stage.requestId,
    endpoint: stage.endpoint,
    method: stage.request.method ?? '',
    path: stage.request.url?.replace(/\?.*$/s, '') ?? '',
    startedAtMs: stage.arrivedAtMs,
    status: ending.status,
    errorCode: ending.error?.code,
    outcome: ending.outcome,
    refusedBy: ending.error instanceof RefusalError ? ending.error.refusedBy : undefined,
    tenant: caller?.tenant.name,
    keyId: caller?.key.keyId,
    tier: caller?.key.tier,
    model: call?.model,
    stream: call?.stream,
    outputCapTokens: call?.outputCapTokens,
    costUsd: charge === undefined ? undefined : formatUsd(charge.costNanoUsd),
  };
}

const tracedAttempt = (
  stage: Stage,
  { target, credential, result, httpStatus, progress, startedMs, durationMs }: AttemptRecord,
  { providers }: Pick<Config, 'providers'>,
): TracedAttempt => ({
  provider: target.provider,
  providerType: providers.get(target.provider)?.type ?? target.provider,
  credential,
  model: target.providerModel,
  startedAtMs: wallTime(stage, startedMs),
  endedAtMs: wallTime(stage, startedMs + durationMs),
  result,
  httpStatus,
  answerId: progress.answerId,
  answeredModel: progress.answeredModel,
  finishReason: progress.finishReason,
  providerRequestId: progress.providerRequestId,
  usage: progress.usage,
});
