import type { AttemptBilling, AttemptErrorCode, CredentialVerdict, NextStep } from '@tollgate/core';
import type { ProviderWords } from './provider-words.ts';

/** What kind of failure it is, and so what may be done next. */
export interface FailureClass {
  readonly code: AttemptErrorCode;
  readonly next: NextStep;
  readonly billing: AttemptBilling;
  readonly credential: CredentialVerdict;
}

const quota: FailureClass = { code: 'quota_spent', next: 'credential', billing: 'none', credential: 'disable' };
const refusedKey: FailureClass = {
  code: 'credential_refused',
  next: 'credential',
  billing: 'none',
  credential: 'disable',
};
const model: FailureClass = { code: 'model_not_found', next: 'target', billing: 'none', credential: 'keep' };
const context: FailureClass = {
  code: 'context_too_long',
  next: 'longer_context',
  billing: 'none',
  credential: 'keep',
};
const rate: FailureClass = { code: 'rate_limited', next: 'retry', billing: 'none', credential: 'cool' };
const overload: FailureClass = { code: 'overloaded', next: 'retry', billing: 'none', credential: 'keep' };
/** The model may have run before the server failed. */
const server: FailureClass = { code: 'server_error', next: 'retry', billing: 'possible', credential: 'keep' };
const rejected: FailureClass = { code: 'request_rejected', next: 'stop', billing: 'none', credential: 'keep' };

/** Names that mean one thing whatever the status: OpenAI's codes, Anthropic's types, OpenRouter's error types. */
const classOfName: ReadonlyMap<string, FailureClass> = new Map(
  [
    { of: quota, names: ['insufficient_quota', 'credit_balance_exhausted', 'billing_hard_limit_reached'] },
    { of: quota, names: ['billing_not_active', 'payment_required', 'billing_error', 'enforced_spend_limit_reached'] },
    { of: refusedKey, names: ['invalid_api_key', 'authentication', 'authentication_error', 'account_deactivated'] },
    { of: model, names: ['model_not_found', 'not_found_error', 'not_found', 'no_endpoints', 'model_deprecated'] },
    { of: model, names: ['model_unavailable_upstream', 'wrong_endpoint', 'region_restricted', 'privacy_restricted'] },
    { of: model, names: ['constraint_filtered', 'free_variant_ended', 'unsupported_country_region_territory'] },
    { of: context, names: ['context_length_exceeded', 'exceed_context_size_error'] },
    { of: rate, names: ['rate_limit_exceeded', 'rate_limit_error', 'slow_down', 'capacity_exhausted'] },
    { of: overload, names: ['overloaded_error', 'server_is_overloaded', 'provider_overloaded'] },
    { of: overload, names: ['temporarily_unavailable'] },
    { of: server, names: ['server_error', 'api_error', 'provider_unavailable', 'timeout', 'timeout_error'] },
  ].flatMap((row) => row.names.map((name) => [name, row.of])),
);

/** Anchored at the start: a caller can make a provider quote the prompt, and must not disable our key with it. */
const spentMessage =
  /^(?:You exceeded your current quota|You have reached your specified API usage limits|Your credit balance is too low)/;
const contextMessage = /maximum context length|context window|prompt is too long|context (?:size|length)/i;
const modelMessage = /is not a valid model ID/i;

const retriedStatuses = new Set([408, 409, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);

/** What a failure is, by the provider's words first and the status (undefined inside an answer) after. */
export function classifyFailure(words: ProviderWords | undefined, status: number | undefined): FailureClass {
  const kind = classOfWords(words, status) ?? (status === undefined ? server : classOfStatus(status, words));
  if (words === undefined || kind.credential === 'keep') return kind;
  if (kind === rate && canNeverPass(words)) return { ...rate, next: 'target', credential: 'keep' };
  // Key, quota and limit of the provider behind this one: ours is as good as before.
  if (words.isOfOtherProvider) return { ...kind, next: kind === rate ? 'retry' : 'target', credential: 'keep' };
  return kind;
}

function classOfWords(words: ProviderWords | undefined, status: number | undefined): FailureClass | undefined {
  if (words === undefined) return undefined;
  if (words.isFlagged) return rejected;
  if (words.isRetryable !== undefined) return words.isRetryable ? overload : model;
  const named = words.names.map((name) => classOfName.get(name)).find((kind) => kind !== undefined);
  // A name that says no more than that the server failed leaves the status to say how.
  if (named !== undefined && (named !== server || status === undefined)) return named;
  const message = words.message ?? '';
  if (spentMessage.test(message)) return quota;
  if (status !== undefined && status !== 400 && status !== 413 && status !== 422) return undefined;
  if (contextMessage.test(message)) return context;
  if (modelMessage.test(message)) return model;
  return status === undefined && words.names.some((name) => rejections.test(name)) ? rejected : undefined;
}

const rejections = /^invalid_|^content_|refusal|unprocessable|too_l(?:arge|ong)$/;

function classOfStatus(status: number, words: ProviderWords | undefined): FailureClass {
  if (status === 401) return refusedKey;
  if (status === 402) return quota;
  if (status === 403) return classOfForbidden(words);
  if (status === 404 || status === 410) return model;
  if (status === 429) return rate;
  if (status === 503 || status === 529) return overload;
  if (retriedStatuses.has(status)) return server;
  return status >= 500 ? { ...server, next: 'target' } : rejected;
}

/**
 * A 403 is our key's only where the provider says so as an API and speaks of no model: a firewall's page
 * can be provoked by a prompt, and a model closed to us says nothing about the others.
 */
function classOfForbidden(words: ProviderWords | undefined): FailureClass {
  if (words === undefined) return { ...rejected, next: 'target' };
  return /\bmodel\b/i.test(words.message ?? '') ? model : refusedKey;
}

/** OpenAI: "Request too large for gpt-4o … Limit 1, Requested 30". Waiting cannot make it smaller. */
function canNeverPass(words: ProviderWords): boolean {
  const match = /Limit (\d+), Requested (\d+)/.exec(words.message ?? '');
  return match !== null && Number(match[2]) > Number(match[1]);
}
