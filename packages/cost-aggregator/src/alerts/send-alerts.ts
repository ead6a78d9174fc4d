import { StoreError, type AlertOutbox, type Clock, type DueAlert, type Webhook } from '@tollgate/core';
import type { Logger, Metrics } from '@tollgate/telemetry';
import { asError } from '../loop/take-from-all.ts';
import { longestPostMs, type PostResult } from './post-alert.ts';

export interface SendOptions {
  readonly outbox: AlertOutbox;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly webhooks: () => readonly Webhook[];
  readonly post: (alert: DueAlert, webhook: Webhook, signal: AbortSignal) => Promise<PostResult>;
  /** Between two looks for what is due. */
  readonly everyMs: number;
}

export interface AlertSender {
  /** Looks for what is due now. */
  hurry(): void;
  stop(): Promise<void>;
}

const leaseMs = 2 * longestPostMs;
const firstAgainMs = 30_000;
const longestAgainMs = 3_600_000;
const givenUpAfterMs = 3 * 86_400_000;

/** Sends what is due. Each webhook has a turn of its own, so that a slow one holds up no other. */
export function sendAlerts(options: SendOptions): AlertSender {
  const { clock, webhooks, everyMs, metrics } = options;
  const stopping = new AbortController();
  const turns = new Map<string, Promise<void>>();
  const hurry = (): void => {
    for (const webhook of stopping.signal.aborted ? [] : webhooks()) {
      if (turns.has(webhook.name)) continue;
      metrics.aggregator.webhookKnown(webhook.name);
      const turn = sendDue(webhook, options, stopping.signal).finally(() => turns.delete(webhook.name));
      turns.set(webhook.name, turn);
    }
  };
  let cancel = (): void => undefined;
  const tick = (): void => {
    hurry();
    cancel = clock.schedule(everyMs, tick);
  };
  tick();
  return {
    hurry,
    stop: async () => {
      cancel();
      stopping.abort();
      await Promise.all(turns.values());
    },
  };
}

async function sendDue(webhook: Webhook, options: SendOptions, signal: AbortSignal): Promise<void> {
  const { outbox, logger } = options;
  try {
    while (!signal.aborted) {
      const [alert] = await outbox.take({ webhook: webhook.name, atMost: 1, leaseMs });
      if (alert === undefined) return;
      const result = await options.post(alert, webhook, signal);
      // Whether it arrived before we stopped nobody knows: whoever comes next sends it again.
      if (signal.aborted && result.kind === 'failed') return;
      await finish(alert, { webhook, result, options });
    }
  } catch (error) {
    // That the store does not serve is told by the loop; what was taken falls due again.
    if (!(error instanceof StoreError)) logger.error('alerts cannot be sent', { error: asError(error) });
  }
}

async function finish(
  alert: DueAlert,
  {
    webhook,
    result,
    options,
  }: { readonly webhook: Webhook; readonly result: PostResult; readonly options: SendOptions },
): Promise<void> {
  const { outbox, logger, metrics, clock } = options;
  const told = { alert_id: alert.id, webhook: webhook.name, tries: alert.tries };
  const ended = { webhook: webhook.name, id: alert.id };
  if (result.kind === 'delivered') {
    await outbox.finish({ ...ended, ending: { kind: 'done' } });
    metrics.aggregator.alertPosted(webhook.name, 'delivered');
    logger.info('an alert was delivered', told);
    return;
  }
  if (clock.nowMs() - alert.raisedAtMs >= givenUpAfterMs) {
    await outbox.finish({ ...ended, ending: { kind: 'done' } });
    metrics.aggregator.alertPosted(webhook.name, 'given_up');
    logger.error('an alert could not be delivered for three days and is given up', { ...told, reason: result.reason });
    return;
  }
  const afterMs = Math.min(longestAgainMs, firstAgainMs * 2 ** Math.min(alert.tries - 1, 10));
  await outbox.finish({ ...ended, ending: { kind: 'again', afterMs } });
  metrics.aggregator.alertPosted(webhook.name, 'failed');
  logger.warn('an alert could not be delivered; it is tried again', {
    ...told,
    reason: result.reason,
    again_in_ms: afterMs,
  });
}
