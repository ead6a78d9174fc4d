import { dayMs, hourMs, rollUpKeptMs, startOfDate, type RollUpSpan } from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import { parseDuration } from '../fields/duration.ts';

export interface TimeRange {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The coarsest roll-ups that cut it exactly. */
  readonly span: RollUpSpan;
}

export interface AskedRange {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly timeZone: string;
  /** The report tells hours apart. */
  readonly byHour: boolean;
  readonly nowMs: number;
}

const defaultSince = '30d';

/** Reads what was asked for. Throws `invalid_input`, also for what is not kept any more. */
export function readTimeRange({ since = defaultSince, until, timeZone, byHour, nowMs }: AskedRange): TimeRange {
  const sinceMs = readTime('since', since, { timeZone, nowMs });
  const untilMs = until === undefined ? nowMs + 1 : readTime('until', until, { timeZone, nowMs });
  if (sinceMs >= untilMs) throw new AdminError('invalid_input', '`since` has to be before `until`');
  const wholeDays = sinceMs % dayMs === 0 && (untilMs % dayMs === 0 || untilMs > nowMs);
  const span = wholeDays && !byHour && isUtc(timeZone) ? 'day' : 'hour';
  if (sinceMs < nowMs - rollUpKeptMs[span]) throw notKept(span);
  return { sinceMs, untilMs, span };
}

/** In ms since the epoch: `2026-11-23` (its beginning in the zone), `7d` (so long ago, a day begun counting whole), or an instant with its zone. */
export function readTime(
  name: string,
  text: string,
  { timeZone, nowMs }: { readonly timeZone: string; readonly nowMs: number },
): number {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return startOfDate(text, timeZone);
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) {
    const ms = agoMs % dayMs === 0 && isUtc(timeZone) ? dayMs : hourMs;
    return Math.floor((nowMs - agoMs) / ms) * ms;
  }
  const instant = /^\d{4}-.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new AdminError(
    'invalid_input',
    `\`${name}\` has to be a date such as \`2026-11-23\`, a time such as \`2026-11-23T14:00:00Z\`, or for so long ago \`7d\` or \`12h\``,
  );
}

const isUtc = (timeZone: string): boolean => timeZone === 'UTC';

const notKept = (span: RollUpSpan): AdminError =>
  new AdminError(
    'invalid_input',
    span === 'hour'
      ? 'hours are kept for 40 days: ask for a later `since`, or for whole days of UTC, which are kept for 800 days'
      : 'days are kept for 800 days: ask for a later `since`',
  );
