import type { ScopeStanding, WindowStanding } from '@tollgate/core';

/** OpenAI's duration form: `12ms`, `6s`, `1m0s`. */
export function formatReset(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** `x-ratelimit-*` in OpenAI's forms, each dimension by the scope that has least left. */
export function rateLimitHeaders(standings: readonly ScopeStanding[]): Record<string, string> {
  return {
    ...windowHeaders('requests', tightest(standings.map((standing) => standing.requests))),
    ...windowHeaders('tokens', tightest(standings.map((standing) => standing.tokens))),
  };
}

function tightest(windows: readonly (WindowStanding | undefined)[]): WindowStanding | undefined {
  let least: WindowStanding | undefined;
  for (const window of windows) {
    if (window !== undefined && (least === undefined || window.remaining < least.remaining)) least = window;
  }
  return least;
}

const windowHeaders = (dimension: 'requests' | 'tokens', window: WindowStanding | undefined): Record<string, string> =>
  window === undefined
    ? {}
    : {
        [`x-ratelimit-limit-${dimension}`]: String(window.limit),
        [`x-ratelimit-remaining-${dimension}`]: String(window.remaining),
        [`x-ratelimit-reset-${dimension}`]: formatReset(window.resetMs),
      };
