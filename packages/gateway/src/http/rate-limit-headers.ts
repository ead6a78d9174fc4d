import type { ScopeStanding, WindowStanding } from '@tollgate/core';

/** OpenAI's duration form: `12ms`, `6s`, `1m0s`. */
export function formatReset(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

type Dimension = 'requests' | 'tokens';

/** `x-ratelimit-*` in OpenAI's forms, each dimension by the scope that has least left. */
export const openaiLimitHeaders = (standings: readonly ScopeStanding[]): Record<string, string> => ({
  ...openaiWindow('requests', tightest(standings.map((standing) => standing.requests))),
  ...openaiWindow('tokens', tightest(standings.map((standing) => standing.tokens))),
});

/** `anthropic-ratelimit-*`: the same, with the time at which the whole limit is free again. */
export const anthropicLimitHeaders = (standings: readonly ScopeStanding[], nowMs: number): Record<string, string> => ({
  ...anthropicWindow('requests', tightest(standings.map((standing) => standing.requests)), nowMs),
  ...anthropicWindow('tokens', tightest(standings.map((standing) => standing.tokens)), nowMs),
});

function tightest(windows: readonly (WindowStanding | undefined)[]): WindowStanding | undefined {
  let least: WindowStanding | undefined;
  for (const window of windows) {
    if (window !== undefined && (least === undefined || window.remaining < least.remaining)) least = window;
  }
  return least;
}

const openaiWindow = (dimension: Dimension, window: WindowStanding | undefined): Record<string, string> =>
  window === undefined
    ? {}
    : {
        [`x-ratelimit-limit-${dimension}`]: String(window.limit),
        [`x-ratelimit-remaining-${dimension}`]: String(window.remaining),
        [`x-ratelimit-reset-${dimension}`]: formatReset(window.resetMs),
      };

const anthropicWindow = (
  dimension: Dimension,
  window: WindowStanding | undefined,
  nowMs: number,
): Record<string, string> =>
  window === undefined
    ? {}
    : {
        [`anthropic-ratelimit-${dimension}-limit`]: String(window.limit),
        [`anthropic-ratelimit-${dimension}-remaining`]: String(window.remaining),
        [`anthropic-ratelimit-${dimension}-reset`]: `${new Date(nowMs + window.resetMs).toISOString().slice(0, 19)}Z`,
      };
