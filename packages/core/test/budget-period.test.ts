import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { periodAfter, periodAt } from '@tollgate/core';

const at = (text: string): number => Date.parse(text);

describe('budget periods', () => {
  it('a day is the local date and ends at local midnight', () => {
    assert.deepEqual(periodAt(at('2026-11-23T23:30:00Z'), 'day', 'Europe/Berlin'), {
      id: 'day:2026-11-24@Europe/Berlin',
      endsAtMs: at('2026-11-24T23:00:00Z'),
    });
  });

  it('a week begins on Monday', () => {
    assert.deepEqual(periodAt(at('2026-11-22T12:00:00Z'), 'week', 'UTC'), {
      id: 'week:2026-11-16@UTC',
      endsAtMs: at('2026-11-23T00:00:00Z'),
    });
  });

  it('a month ends where the next begins, over a year end too', () => {
    const december = periodAt(at('2026-12-31T23:59:59Z'), 'month', 'UTC');
    assert.deepEqual(december, { id: 'month:2026-12-01@UTC', endsAtMs: at('2027-01-01T00:00:00Z') });
    assert.equal(periodAfter(december, 'month', 'UTC')?.id, 'month:2027-01-01@UTC');
  });

  it('the day on which clocks go back has 25 hours', () => {
    const { endsAtMs } = periodAt(at('2026-10-25T10:00:00Z'), 'day', 'Europe/Berlin');
    assert.equal(endsAtMs, at('2026-10-24T22:00:00Z') + 25 * 3_600_000);
  });

  it('a day whose midnight does not exist begins at its first instant', () => {
    // Cairo springs forward at 00:00 on 2026-04-24: that day begins at 01:00 local time.
    const before = periodAt(at('2026-04-23T12:00:00Z'), 'day', 'Africa/Cairo');
    assert.equal(before.endsAtMs, at('2026-04-23T22:00:00Z'));
    assert.equal(periodAt(at('2026-04-23T22:00:00Z'), 'day', 'Africa/Cairo').id, 'day:2026-04-24@Africa/Cairo');
  });

  it('total never ends and has no successor', () => {
    const total = periodAt(0, 'total', 'UTC');
    assert.deepEqual(total, { id: 'total', endsAtMs: undefined });
    assert.equal(periodAfter(total, 'total', 'UTC'), undefined);
  });

  it('every instant lies in a period that has not ended, and the next begins where it ends', () => {
    for (const timeZone of ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      for (let ms = at('2026-01-01T00:00:00Z'); ms < at('2027-01-01T00:00:00Z'); ms += 371 * 3_600_000 + 61_007) {
        for (const per of ['day', 'week', 'month'] as const) {
          const { id, endsAtMs = 0 } = periodAt(ms, per, timeZone);
          assert.ok(endsAtMs > ms, `${id} at ${ms}`);
          assert.equal(periodAt(endsAtMs - 1, per, timeZone).id, id);
          assert.notEqual(periodAt(endsAtMs, per, timeZone).id, id);
        }
      }
    }
  });
});
