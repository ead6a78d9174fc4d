import type { ScopeStanding, WindowStanding } from '@tollgate/core';

/** OpenAI's duration form: `12ms`, `6s`, `1m0s`. */
export function formatReset(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** `x-ratelimit-*` in OpenAI's forms, each dimension by the scope that has least left. */
export function openaiLimitHeaders(standings: readonly ScopeStanding[]): Record<string, string> {
  const headers: Record<string, string> = {};
  const requests = tightest(standings, 'requests');
  if (requests !== undefined) {
    headers['x-ratelimit-limit-requests'] = String(requests.limit);
    headers['x-ratelimit-remaining-requests'] = String(requests.remaining);
    headers['x-ratelimit-reset-requests'] = formatReset(requests.resetMs);
  }
  const tokens = tightest(standings, 'tokens');
  if (tokens !== undefined) {
    headers['x-ratelimit-limit-tokens'] = String(tokens.limit);
    headers['x-ratelimit-remaining-tokens'] = String(tokens.remaining);
    headers['x-ratelimit-reset-tokens'] = formatReset(tokens.resetMs);
  }
  return headers;
}

/** `anthropic-ratelimit-*`: the same, with the time at which the whole limit is free again. */
export function anthropicLimitHeaders(standings: readonly ScopeStanding[], nowMs: number): Record<string, string> {
  const headers: Record<string, string> = {};
  const requests = tightest(standings, 'requests');
  if (requests !== undefined) {
    headers['anthropic-ratelimit-requests-limit'] = String(requests.limit);
    headers['anthropic-ratelimit-requests-remaining'] = String(requests.remaining);
    headers['anthropic-ratelimit-requests-reset'] = wholeAt(requests, nowMs);
  }
  const tokens = tightest(standings, 'tokens');
  if (tokens !== undefined) {
    headers['anthropic-ratelimit-tokens-limit'] = String(tokens.limit);
    headers['anthropic-ratelimit-tokens-remaining'] = String(tokens.remaining);
    headers['anthropic-ratelimit-tokens-reset'] = wholeAt(tokens, nowMs);
  }
  return headers;
}

const wholeAt = ({ resetMs }: WindowStanding, nowMs: number): string =>
  `${new Date(nowMs + resetMs).toISOString().slice(0, 19)}Z`;

function tightest(standings: readonly ScopeStanding[], dimension: 'requests' | 'tokens'): WindowStanding | undefined {
  let least: WindowStanding | undefined;
  for (const { [dimension]: window } of standings) {
    if (window !== undefined && (least === undefined || window.remaining < least.remaining)) least = window;
  }
  return least;
}
