/**
 * Every error that a caller can be answered with. `code` is stable: clients match on it, metrics and
 * log lines carry it, and docs/errors.md lists it (a test holds the two together).
 *
 * - `status`: the HTTP status.
 * - `type`: `error.type` in OpenAI's shape.
 * - `anthropicType`: `error.type` in Anthropic's shape.
 * - `retryHelps`: whether the same request can pass later without a change by the caller. Where it
 *   cannot, the answer says `x-should-retry: false`, which the official SDKs obey.
 * - `meaning`: one sentence for docs/errors.md.
 */
export interface CatalogueEntry {
  readonly status: number;
  readonly type: string;
  readonly anthropicType: string;
  readonly retryHelps: boolean;
  readonly meaning: string;
}

const badRequest = (meaning: string, status = 400): CatalogueEntry => ({
  status,
  type: 'invalid_request_error',
  anthropicType: status === 413 ? 'request_too_large' : 'invalid_request_error',
  retryHelps: false,
  meaning,
});

const unauthenticated = (meaning: string): CatalogueEntry => ({
  status: 401,
  type: 'authentication_error',
  anthropicType: 'authentication_error',
  retryHelps: false,
  meaning,
});

const notFound = (meaning: string): CatalogueEntry => ({
  status: 404,
  type: 'invalid_request_error',
  anthropicType: 'not_found_error',
  retryHelps: false,
  meaning,
});

const limited = (meaning: string): CatalogueEntry => ({
  status: 429,
  type: 'rate_limit_error',
  anthropicType: 'rate_limit_error',
  retryHelps: true,
  meaning,
});

const unavailable = (meaning: string): CatalogueEntry => ({
  status: 503,
  type: 'service_unavailable_error',
  anthropicType: 'overloaded_error',
  retryHelps: true,
  meaning,
});

const upstream = (status: number, meaning: string): CatalogueEntry => ({
  status,
  type: 'upstream_error',
  anthropicType: status === 504 ? 'timeout_error' : 'api_error',
  retryHelps: false,
  meaning,
});

export const errorCatalogue = {
  invalid_json: badRequest('The body is not JSON, or not a JSON object.'),
  invalid_form: badRequest('The body is not the multipart form that its content type says.'),
  duplicate_field: badRequest('A field stands twice in the body, so that two readers could see two requests.'),
  body_too_deep: badRequest('The body nests deeper than any real request.'),
  forbidden_field: badRequest('The body has a field whose name is reserved by JavaScript (`__proto__`).'),
  missing_field: badRequest('A field that the endpoint needs is missing.'),
  invalid_field: badRequest('A field has the wrong type or is out of range; `param` names it.'),
  unsupported_field: badRequest(
    'A field cannot be carried over to the provider that serves this model; `param` names it.',
  ),
  request_exceeds_limit: badRequest(
    'The request alone is larger than a limit of the key or tenant: waiting cannot help.',
  ),
  cost_unbounded: badRequest(
    'The cost of the request has no upper bound, and a hard budget applies to the key or tenant.',
  ),
  contradictory_headers: badRequest('A header stands twice, or two headers contradict each other.'),
  invalid_tags: badRequest('`x-tollgate-tags` is malformed or uses a name that config does not allow.'),
  body_too_large: badRequest('The body is larger than `server.max_body_bytes`.', 413),
  unsupported_content_type: badRequest('The body is not of the content type that the endpoint takes.', 415),
  unsupported_content_encoding: badRequest('The body is compressed; it has to be sent as it is.', 415),
  missing_key: unauthenticated('The request carries no gateway key.'),
  invalid_key: unauthenticated('The gateway key is malformed, unknown or revoked.'),
  expired_key: unauthenticated('The gateway key has passed its expiry.'),
  model_not_allowed: {
    status: 403,
    type: 'permission_error',
    anthropicType: 'permission_error',
    retryHelps: false,
    meaning: 'The key, or the tier of its key or tenant, does not include this model.',
  },
  tier_not_configured: {
    status: 403,
    type: 'permission_error',
    anthropicType: 'permission_error',
    retryHelps: false,
    meaning: 'config.yaml has no tier of the name that the key or its tenant carries.',
  },
  endpoint_not_served: badRequest('No target of the model can be asked by this endpoint; another endpoint may do.'),
  model_not_found: notFound('No route in config.yaml has this model name.'),
  response_not_found: notFound('No response of this id is kept at a provider for the tenant.'),
  unknown_path: notFound('The path is none that Tollgate serves.'),
  method_not_allowed: { ...notFound('The path exists, but not with this method.'), status: 405 },
  body_timeout: { ...badRequest('The body did not arrive in time.', 408) },
  idempotency_key_reused: badRequest('The `Idempotency-Key` was given to another call.'),
  call_in_flight: badRequest('A call with this `Idempotency-Key` is being made.', 409),
  call_already_made: badRequest('A call with this `Idempotency-Key` was made; the message says how it ended.', 409),
  rate_limit_exceeded: limited('Requests a minute, tokens a minute or concurrency of the key or tenant is used up.'),
  budget_held: limited('Calls in flight hold what is left of a budget; some of it will come back.'),
  too_many_failed_authentications: limited('Too many failed authentications came from this address.'),
  budget_exceeded: {
    status: 402,
    type: 'insufficient_quota',
    anthropicType: 'billing_error',
    retryHelps: false,
    meaning: 'A budget of the key or tenant is spent.',
  },
  store_unavailable: unavailable('Redis cannot be reached and config does not allow going on without it.'),
  ledger_recovering: unavailable(
    'Redis restarted or failed over; hard budgets admit nothing until the nodes have given back what it lost.',
  ),
  journal_full: unavailable("The node's journal is full of settlements that wait for Redis, so no call is admitted."),
  event_backlog_full: unavailable('Usage events wait unread up to their hard cap, so no call is admitted.'),
  shutting_down: unavailable('This node is draining; another one will answer.'),
  too_many_bytes_in_flight: unavailable('All request and answer bodies in flight together have reached their bound.'),
  no_target_available: unavailable('Every target of the model is cooling, broken or without a key.'),
  upstream_failed: upstream(502, 'Every attempt failed; the message names each.'),
  upstream_timeout: upstream(504, 'No provider answered within the time allowed.'),
  upstream_cut: upstream(502, 'The provider broke off after content was sent.'),
  upstream_rejected: {
    ...badRequest("The provider refused the request as wrong; message and status are the provider's."),
  },
  key_revoked_in_flight: { ...unauthenticated('The gateway key was revoked while the answer was streaming.') },
  internal_error: {
    status: 500,
    type: 'internal_error',
    anthropicType: 'api_error',
    retryHelps: false,
    meaning: 'A fault of Tollgate itself; the log line with this request id has the cause.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;
