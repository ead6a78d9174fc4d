import type { PeriodSpan } from './admission.ts';
import type { BudgetPeriod } from './limits.ts';

/**
 * The calendar stretch of a budget that `atMs` falls into, in the given IANA time zone. Weeks begin on Monday.
 * The id carries date and zone, so that a changed zone begins a new stretch instead of bending an old one.
 */
export function periodAt(atMs: number, per: BudgetPeriod, timeZone: string): PeriodSpan {
  if (per === 'total') return { id: 'total', endsAtMs: undefined };
  const localDate = localDates(timeZone);
  const first = firstDay(localDate(atMs), per);
  return {
    id: `${per}:${isoDate(first)}@${timeZone}`,
    endsAtMs: midnight(firstDayOfNext(first, per), localDate),
  };
}

/** The stretch after the one given; undefined after `total`. */
export const periodAfter = (span: PeriodSpan, per: BudgetPeriod, timeZone: string): PeriodSpan | undefined =>
  span.endsAtMs === undefined ? undefined : periodAt(span.endsAtMs, per, timeZone);

/** The first instant of a date (`2026-11-23`) in the zone. */
export const startOfDate = (date: string, timeZone: string): number =>
  midnight(new Date(`${date}T00:00:00Z`), localDates(timeZone));

/** The date, such as `2026-11-23`, that clocks in the zone show at an instant. */
export function datesIn(timeZone: string): (atMs: number) => string {
  const localDate = localDates(timeZone);
  return (atMs) => isoDate(localDate(atMs));
}

/** A calendar date as days of UTC, which has no daylight saving: only its year, month and day mean anything. */
type CalendarDate = Date;

const dayMs = 86_400_000;

/** The date that clocks in the zone show at an instant. UTC needs none of the tables of time zones, which take megabytes and time to load. */
function localDates(timeZone: string): (atMs: number) => CalendarDate {
  if (timeZone === 'UTC') return (atMs) => new Date(Math.floor(atMs / dayMs) * dayMs);
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (atMs) => new Date(`${format.format(atMs)}T00:00:00Z`);
}

const isoDate = (date: CalendarDate): string => date.toISOString().slice(0, 10);

function firstDay(date: CalendarDate, per: 'day' | 'week' | 'month'): CalendarDate {
  switch (per) {
    case 'day':
      return date;
    case 'week':
      return new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * dayMs);
    case 'month':
      return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
  }
}

function firstDayOfNext(first: CalendarDate, per: 'day' | 'week' | 'month'): CalendarDate {
  switch (per) {
    case 'day':
      return new Date(first.getTime() + dayMs);
    case 'week':
      return new Date(first.getTime() + 7 * dayMs);
    case 'month':
      return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1));
  }
}

/**
 * The first instant of the date in the zone. Found by search, because midnight may not exist (clocks that
 * spring forward at 00:00) and offsets reach from -12 h to +14 h.
 */
function midnight(date: CalendarDate, localDate: (atMs: number) => CalendarDate): number {
  let before = date.getTime() - 15 * 3_600_000;
  let within = date.getTime() + 13 * 3_600_000;
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (localDate(middle) < date) before = middle;
    else within = middle;
  }
  return within;
}
