import { formatUsd, inputTokens, outputTokens, totalTokens, type Clock } from '@tollgate/core';
import type { Logger, Metrics, RequestLine } from '@tollgate/telemetry';
import type { Charge } from '../admission/charge-attempts.ts';
import { RefusalError } from '../admission/refusal-error.ts';
import type { Ending } from './ending.ts';
import type { Authenticated, Read, Reserved, Routed, Stage } from './stages.ts';

export interface LoggingParts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface Ended {
  readonly ending: Ending;
  readonly charge: Charge | undefined;
}

/** Step 8: one line and the metrics of a request, from what is known by now. */
export function logRequest(stage: Stage, ended: Ended, parts: LoggingParts): void {
  const endedMs = parts.clock.monotonicMs();
  const times = timesOf(stage, ended.ending, endedMs);
  countRequest(stage, ended, { times, metrics: parts.metrics });
  const { error } = ended.ending;
  if (error?.code === 'internal_error') parts.logger.error('internal error', { request_id: stage.requestId, error });
  parts.logger.logRequest(requestLine(stage, ended, times));
}

interface Times {
  readonly durationMs: number;
  readonly overheadMs: number;
  readonly timeToFirstTokenMs: number | undefined;
}

/** Overhead is what is left of the time to the answer's first byte when the providers' part is taken out. */
function timesOf(stage: Stage, ending: Ending, endedMs: number): Times {
  const firstByteMs = ending.firstByteMs ?? endedMs;
  return {
    durationMs: endedMs - stage.startedMs,
    overheadMs: Math.max(0, firstByteMs - stage.startedMs - ending.upstreamMs),
    timeToFirstTokenMs: ending.firstByteMs === undefined ? undefined : ending.firstByteMs - stage.startedMs,
  };
}

function countRequest(
  stage: Stage,
  { ending, charge }: Ended,
  { times, metrics }: { times: Times; metrics: Metrics },
): void {
  const model = isRouted(stage) ? stage.route.label : 'other';
  metrics.requests.finished({
    ...times,
    endpoint: stage.endpoint,
    model,
    provider: ending.target?.provider,
    outcome: ending.outcome ?? 'none',
    code: ending.error?.code ?? 'none',
    timeToFirstTokenMs: isRead(stage) && stage.call.stream ? times.timeToFirstTokenMs : undefined,
    fallbacks: fallbacks(ending),
  });
  for (const { line, usage, costNanoUsd } of charge?.attempts ?? []) {
    metrics.requests.charged({ model, provider: line.provider, usage, costNanoUsd });
  }
  if (charge !== undefined && !charge.estimated && isReserved(stage)) {
    metrics.tokensEstimated({ reservedTokens: stage.reservation.tokens, actualTokens: totalTokens(charge.usage) });
    metrics.costEstimated({ likelyNanoUsd: stage.likelyNanoUsd, actualNanoUsd: charge.costNanoUsd });
  }
}

function requestLine(stage: Stage, { ending, charge }: Ended, times: Times): RequestLine {
  const caller = isAuthenticated(stage) ? stage.caller : undefined;
  const read = isRead(stage) ? stage : undefined;
  const usage = charge?.usage;
  return {
    request_id: stage.requestId,
    client_request_id: stage.clientRequestId ?? null,
    trace_id: stage.trace?.traceId ?? traceId(stage.traceparent),
    tenant: caller?.tenant.name ?? null,
    key_id: caller?.key.keyId ?? null,
    tier: caller?.key.tier ?? null,
    endpoint: stage.endpoint,
    model: read?.call.model ?? null,
    provider: ending.target?.provider ?? null,
    provider_model: ending.target?.providerModel ?? null,
    stream: read?.call.stream ?? null,
    outcome: ending.outcome ?? null,
    refused_by: ending.error instanceof RefusalError ? ending.error.refusedBy : null,
    status: ending.status,
    error_code: ending.error?.code ?? null,
    attempts: ending.attempts.length,
    fallbacks: fallbacks(ending),
    duration_ms: rounded(times.durationMs),
    time_to_first_token_ms: read?.call.stream === true ? rounded(times.timeToFirstTokenMs) : null,
    overhead_ms: isReserved(stage) ? rounded(times.overheadMs) : null,
    input_tokens: usage === undefined ? null : inputTokens(usage),
    cache_read_tokens: usage?.cacheRead ?? null,
    cache_write_tokens: usage === undefined ? null : usage.cacheWrite5m + usage.cacheWrite1h,
    output_tokens: usage === undefined ? null : outputTokens(usage),
    reasoning_tokens: usage?.reasoning ?? null,
    cost_usd: charge === undefined ? null : formatUsd(charge.costNanoUsd),
    cost_source: charge?.costSource ?? null,
    estimated: charge?.estimated ?? null,
    tags: read?.tags ?? null,
  };
}

/** Changes from one target to another. */
const fallbacks = ({ attempts }: Ending): number =>
  attempts.filter((attempt, index) => index > 0 && attempt.target !== attempts[index - 1]?.target).length;

const traceId = (traceparent: string | undefined): string | null => traceparent?.split('-')[1] ?? null;

function rounded(ms: number): number;
function rounded(ms: number | undefined): number | null;
function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000;
}

export const isAuthenticated = (stage: Stage): stage is Authenticated => 'caller' in stage;
export const isRead = (stage: Stage): stage is Read => 'call' in stage;
const isRouted = (stage: Stage): stage is Routed => 'route' in stage;
const isReserved = (stage: Stage): stage is Reserved => 'reservation' in stage;
