import type { Clock } from '@tollgate/core';
import type { Store } from '@tollgate/store';
import { version, type Logger, type Metrics } from '@tollgate/telemetry';
import type { AlertRules } from './alert-rules.ts';
import { postAlert } from './post-alert.ts';
import { sendAlerts } from './send-alerts.ts';
import { SpendWatch, type WatchSettings } from './watch-spend.ts';

export interface AlertSettings extends WatchSettings {
  /** Between two looks for alerts that are due. */
  readonly sendMs: number;
}

export const defaultAlertSettings: AlertSettings = {
  lookMs: 5_000,
  sweepMs: 600_000,
  spikeMs: 60_000,
  sendMs: 5_000,
};

export interface AlertOptions {
  readonly store: Pick<Store, 'admission' | 'keys' | 'report' | 'alerts'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly rules: () => AlertRules;
  readonly settings: AlertSettings;
}

export interface Alerts {
  /** An event of this tenant and key was applied. */
  note(tenant: string, keyId: string): void;
  stop(): Promise<void>;
}

/** Finds what there is to tell and tells it, neither in the way of the other nor of the loop. */
export function startAlerts({ rules, settings, ...parts }: AlertOptions): Alerts {
  const { clock } = parts;
  const userAgent = `tollgate/${version}`;
  const sender = sendAlerts({
    ...parts,
    outbox: parts.store.alerts,
    webhooks: () => rules().alerts.webhooks,
    post: (alert, webhook, signal) => postAlert(alert, { webhook, clock, signal, userAgent }),
    everyMs: settings.sendMs,
  });
  const watch = new SpendWatch({ ...parts, rules, settings, onRaised: () => sender.hurry() });
  return {
    note: (tenant, keyId) => watch.note(tenant, keyId),
    stop: async () => {
      await Promise.all([watch.stop(), sender.stop()]);
    },
  };
}
