import type { AlertOutbox, Shard } from '@tollgate/core';
import { finishAlertScript, raiseAlertScript, takeAlertsScript } from '../scripts/alert-scripts.ts';
import { assertPrintable, assertQuantity } from '../scripts/scopes.ts';
import { callScript } from '../scripts/script.ts';
import { shardKeys } from './key-names.ts';
import type { RedisLink } from './link.ts';

/** Alerts are few: all of a key prefix lie in this shard. */
const alertShard: Shard = '00';

/** Alerts on their way to webhooks, in Redis. */
export function openRedisAlerts({
  link,
  keyPrefix,
}: {
  readonly link: RedisLink;
  readonly keyPrefix: string;
}): AlertOutbox {
  const { base, alert, alertQueue } = shardKeys(keyPrefix, alertShard);
  return {
    raise: ({ id, text, webhooks }) =>
      link.run(
        raiseAlertScript,
        callScript(raiseAlertScript, {
          keys: { alert: alert(assertPrintable(id)) },
          args: { base, id, text, webhooks: webhooks.length },
          rest: webhooks.map(assertPrintable),
        }),
      ),
    take: ({ webhook, atMost, leaseMs }) =>
      link.run(
        takeAlertsScript,
        callScript(takeAlertsScript, {
          keys: { queue: alertQueue(assertPrintable(webhook)) },
          args: { base, webhook, most: assertQuantity(atMost), lease: assertQuantity(leaseMs) },
        }),
      ),
    finish: async ({ webhook, id, ending }) => {
      await link.run(
        finishAlertScript,
        callScript(finishAlertScript, {
          keys: { queue: alertQueue(assertPrintable(webhook)) },
          args: { id, again: ending.kind === 'done' ? '' : assertQuantity(ending.afterMs) },
        }),
      );
    },
  };
}
