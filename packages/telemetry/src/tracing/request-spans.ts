import { inputTokens, outputTokens, type Endpoint } from '@tollgate/core';
import type { RequestTrace } from './request-trace.ts';
import type { Span } from './span.ts';
import type { TracedAttempt, TracedRequest } from './traced-request.ts';

/**
 * One span for the request and one for each attempt, by OpenTelemetry's conventions for HTTP servers and for clients of
 * generative AI: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/. What they have no name for is `tollgate.*`.
 */
export const requestSpans = (trace: RequestTrace, request: TracedRequest): readonly Span[] => [
  serverSpan(trace, request),
  ...request.attempts.map((attempt, index) => attemptSpan(trace, { request, attempt, index })),
];

const firstServerError = 500;

const serverSpan = (trace: RequestTrace, request: TracedRequest): Span => ({
  traceId: trace.traceId,
  spanId: trace.spanId,
  parentSpanId: trace.parentSpanId,
  name: `${request.method} ${request.path}`,
  kind: 'server',
  startedAtMs: request.startedAtMs,
  endedAtMs: request.endedAtMs,
  failed: isServerFault(request),
  attributes: {
    'http.request.method': request.method,
    'http.route': request.path,
    'http.response.status_code': request.status,
    'error.type': isServerFault(request) ? request.errorCode : undefined,
    'gen_ai.operation.name': operations[request.endpoint],
    'gen_ai.request.model': request.model,
    'tollgate.request_id': request.requestId,
    'tollgate.tenant': request.tenant,
    'tollgate.key_id': request.keyId,
    'tollgate.tier': request.tier,
    'tollgate.stream': request.stream,
    'tollgate.outcome': request.outcome,
    'tollgate.error_code': request.errorCode,
    'tollgate.refused_by': request.refusedBy,
    'tollgate.attempts': request.attempts.length,
    'tollgate.cost_usd': request.costUsd,
  },
});

/** What a caller did wrong is no fault of the server; an answer that broke off is, although its status was 200. */
const isServerFault = ({ status, outcome, errorCode }: TracedRequest): boolean =>
  status >= firstServerError || (outcome === 'cut' && errorCode !== undefined);

/** Where the conventions have no word for it, one in their manner. */
const operations: Readonly<Record<Endpoint, string | undefined>> = {
  chat_completions: 'chat',
  responses: 'chat',
  stored_responses: 'stored_response',
  messages: 'chat',
  count_tokens: 'count_tokens',
  completions: 'text_completion',
  embeddings: 'embeddings',
  moderations: 'moderation',
  images_generations: 'image_generation',
  audio_speech: 'speech',
  audio_transcriptions: 'transcription',
  audio_translations: 'translation',
  rerank: 'rerank',
  models: undefined,
  key: undefined,
};

function attemptSpan(
  trace: RequestTrace,
  { request, attempt, index }: { request: TracedRequest; attempt: TracedAttempt; index: number },
): Span {
  const { usage, result } = attempt;
  const operation = operations[request.endpoint];
  return {
    traceId: trace.traceId,
    spanId: trace.attemptSpanId(index),
    parentSpanId: trace.spanId,
    name: `${operation} ${attempt.model}`,
    kind: 'client',
    startedAtMs: attempt.startedAtMs,
    endedAtMs: attempt.endedAtMs,
    // A call that its caller gave up is no failure of the provider.
    failed: result !== 'answered' && result !== 'aborted',
    attributes: {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': attempt.providerType,
      'gen_ai.request.model': attempt.model,
      'gen_ai.request.max_tokens': request.outputCapTokens,
      'gen_ai.response.id': attempt.answerId,
      'gen_ai.response.model': attempt.answeredModel,
      'gen_ai.response.finish_reasons': attempt.finishReason === undefined ? undefined : [attempt.finishReason],
      'gen_ai.usage.input_tokens': usage && inputTokens(usage),
      'gen_ai.usage.output_tokens': usage && outputTokens(usage),
      'gen_ai.usage.cache_read.input_tokens': usage?.cacheRead,
      'gen_ai.usage.cache_creation.input_tokens': usage && usage.cacheWrite5m + usage.cacheWrite1h,
      'http.response.status_code': attempt.httpStatus,
      'error.type': result === 'answered' ? undefined : result,
      'tollgate.provider': attempt.provider,
      'tollgate.credential': attempt.credential,
      'tollgate.provider_request_id': attempt.providerRequestId,
      'tollgate.attempt': index + 1,
    },
  };
}
