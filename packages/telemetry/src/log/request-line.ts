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

/** The fields in the order in which they stand in the line. */
export const requestLineFields = [
  'request_id',
  'client_request_id',
  'trace_id',
  'tenant',
  'key_id',
  'tier',
  'endpoint',
  'model',
  'provider',
  'provider_model',
  'stream',
  'outcome',
  'refused_by',
  'status',
  'error_code',
  'attempts',
  'fallbacks',
  'duration_ms',
  'time_to_first_token_ms',
  'overhead_ms',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_usd',
  'cost_source',
  'estimated',
  'tags',
] as const satisfies readonly (keyof RequestLine)[];

/** The value of a field, text cut to what a line can bear: model, client's id and tags are the caller's. */
export function requestLineValue(line: RequestLine, field: keyof RequestLine): RequestLine[keyof RequestLine] {
  const value = line[field];
  return typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)}…` : value;
}

const longestText = 256;
