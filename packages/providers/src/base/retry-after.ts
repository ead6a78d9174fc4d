import type { WireHeaders } from './adapter.ts';

/**
 * How long a provider asks to wait: `retry-after-ms`, else `retry-after` in seconds or as a date.
 * A date counts from the answer's own `date`, so no clock is needed and none has to agree.
 * Read it on error statuses only: Anthropic sends it on 200 too.
 */
export function readRetryAfterMs(headers: WireHeaders): number | undefined {
  const milliseconds = readNumber(headers['retry-after-ms']);
  if (milliseconds !== undefined) return milliseconds;
  const seconds = readNumber(headers['retry-after']);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  return untilDate(headers['retry-after'], headers['date']);
}

function readNumber(value: WireHeaders[string]): number | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function untilDate(then: WireHeaders[string], now: WireHeaders[string]): number | undefined {
  if (typeof then !== 'string' || typeof now !== 'string') return undefined;
  const waitMs = Date.parse(then) - Date.parse(now);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
