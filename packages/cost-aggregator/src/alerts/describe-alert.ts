import { createHash } from 'node:crypto';
import { formatUsd, type AlertKind, type BudgetStanding, type NanoUsd } from '@tollgate/core';

/** An alert as webhooks are sent it. */
export interface Alert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly text: string;
}

export interface PassedThreshold {
  readonly tenant: string;
  /** Undefined: the budget is the tenant's. `id` is the scope's, which a rotated key keeps. */
  readonly key: { readonly id: string; readonly name: string } | undefined;
  readonly budget: BudgetStanding;
  /** Of the budget, that is spent. */
  readonly share: number;
}

export function describeThreshold({ tenant, key, budget, share }: PassedThreshold, nowMs: number): Alert {
  const { periodId, hard, capNanoUsd, spentNanoUsd, endsAtMs } = budget;
  const kind = 'budget_threshold';
  // A budget that was raised is another one: its thresholds lie elsewhere.
  const id = alertId([kind, tenant, key?.id ?? '', periodId, String(hard), String(capNanoUsd), String(share)]);
  return describe({ id, kind }, nowMs, {
    tenant,
    key: key ?? null,
    budget: {
      period: periodId,
      hard,
      share,
      limit_usd: formatUsd(capNanoUsd),
      spent_usd: formatUsd(spentNanoUsd),
      renews_at: endsAtMs === undefined ? null : isoTime(endsAtMs),
    },
  });
}

export interface SpendSpike {
  readonly tenant: string;
  readonly hourStartMs: number;
  readonly spentNanoUsd: NanoUsd;
  /** In an hour of the days before. */
  readonly usualNanoUsd: NanoUsd;
}

export function describeSpike({ tenant, hourStartMs, spentNanoUsd, usualNanoUsd }: SpendSpike, nowMs: number): Alert {
  const kind = 'spend_spike';
  const id = alertId([kind, tenant, String(hourStartMs)]);
  return describe({ id, kind }, nowMs, {
    tenant,
    spike: {
      hour: isoTime(hourStartMs),
      spent_usd: formatUsd(spentNanoUsd),
      usual_usd: formatUsd(usualNanoUsd),
    },
  });
}

const describe = ({ id, kind }: Pick<Alert, 'id' | 'kind'>, nowMs: number, facts: object): Alert => ({
  id,
  kind,
  text: JSON.stringify({ id, kind, raised_at: isoTime(nowMs), ...facts }),
});

/** The same for the same facts, in every process and after every restart. */
const alertId = (facts: readonly string[]): string =>
  `alert_${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}`;

const isoTime = (ms: number): string => new Date(ms).toISOString();
