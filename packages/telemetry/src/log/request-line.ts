import type { CostSource, Endpoint, ErrorCode, LimitName, Outcome, ScopeKind } from '@tollgate/core';

/** The limit that refused a request, and whose. */
export type RefusedBy = `${ScopeKind}:${LimitName}`;

/** The log line of a request. Null is unknown or not applicable; input includes cached tokens. */
export interface RequestLine {
  readonly request_id: string;
  readonly client_request_id: string | null;
  readonly trace_id: string | null;
  readonly tenant: string | null;
  readonly key_id: string | null;
  readonly tier: string | null;
  readonly endpoint: Endpoint | null;
  /** As the caller named it. */
  readonly model: string | null;
  readonly provider: string | null;
  readonly provider_model: string | null;
  readonly stream: boolean | null;
  /** Null where the request was never admitted. */
  readonly outcome: Outcome | null;
  readonly refused_by: RefusedBy | null;
  readonly status: number;
  readonly error_code: ErrorCode | null;
  readonly attempts: number;
  readonly fallbacks: number;
  readonly duration_ms: number;
  readonly time_to_first_token_ms: number | null;
  readonly overhead_ms: number | null;
  readonly input_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly output_tokens: number | null;
  readonly reasoning_tokens: number | null;
  /** Decimal text. */
  readonly cost_usd: string | null;
  readonly cost_source: CostSource | null;
  readonly estimated: boolean | null;
  readonly tags: Readonly<Record<string, string>> | null;
}

/** The line with its fields in the fixed order, whatever order it was made in. */
export const orderRequestLine = (line: RequestLine): RequestLine => ({
  request_id: line.request_id,
  client_request_id: cut(line.client_request_id),
  trace_id: line.trace_id,
  tenant: line.tenant,
  key_id: line.key_id,
  tier: line.tier,
  endpoint: line.endpoint,
  model: cut(line.model),
  provider: line.provider,
  provider_model: cut(line.provider_model),
  stream: line.stream,
  outcome: line.outcome,
  refused_by: line.refused_by,
  status: line.status,
  error_code: line.error_code,
  attempts: line.attempts,
  fallbacks: line.fallbacks,
  duration_ms: line.duration_ms,
  time_to_first_token_ms: line.time_to_first_token_ms,
  overhead_ms: line.overhead_ms,
  input_tokens: line.input_tokens,
  cache_read_tokens: line.cache_read_tokens,
  cache_write_tokens: line.cache_write_tokens,
  output_tokens: line.output_tokens,
  reasoning_tokens: line.reasoning_tokens,
  cost_usd: line.cost_usd,
  cost_source: line.cost_source,
  estimated: line.estimated,
  tags: line.tags,
});

/** Callers choose model names and request ids: a line stays a line. */
const longestText = 256;

export const cut = (text: string | null): string | null =>
  text !== null && text.length > longestText ? `${text.slice(0, longestText)}…` : text;
