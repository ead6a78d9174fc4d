import type { Secret } from './secret.ts';

export const alertKinds = ['budget_threshold', 'spend_spike'] as const;
/** `budget_threshold`: a share of a budget is spent. `spend_spike`: a tenant spends far more than it usually does. */
export type AlertKind = (typeof alertKinds)[number];

/** Who is told of alerts. */
export interface Webhook {
  /** For logs, metrics and what waits for it. */
  readonly name: string;
  /** Often all that it takes to post there. */
  readonly url: Secret;
  /** What requests to it are signed with. */
  readonly secret: Secret;
  readonly kinds: readonly AlertKind[];
}

export interface RaisedAlert {
  /** The same for the same fact, whoever finds it. */
  readonly id: string;
  /** What webhooks are sent, as JSON. */
  readonly text: string;
  /** Names of those who are told; none where the fact is only to be remembered. */
  readonly webhooks: readonly string[];
}

/** An alert that is to be sent to one webhook now. */
export interface DueAlert {
  readonly id: string;
  readonly text: string;
  readonly raisedAtMs: number;
  /** How often it was handed out for this webhook, this time included. */
  readonly tries: number;
}

/** `done`: sent, or given up. */
export type AlertEnding = { readonly kind: 'done' } | { readonly kind: 'again'; readonly afterMs: number };

/**
 * Alerts on their way to webhooks, raised once however many workers find the same fact, and sent at least once: a worker
 * that dies before it said how the sending ended has sent it or not, and another one sends it again. All reject with
 * `StoreError`.
 */
export interface AlertOutbox {
  /** True for the first who raises the alert. It is remembered until nobody raised it for 40 days. */
  raise(alert: RaisedAlert): Promise<boolean>;
  /** Takes what is due for a webhook; nobody else is handed it for `leaseMs`. What nobody could send in 7 days is gone. */
  take(request: {
    readonly webhook: string;
    readonly atMost: number;
    readonly leaseMs: number;
  }): Promise<readonly DueAlert[]>;
  finish(alert: { readonly webhook: string; readonly id: string; readonly ending: AlertEnding }): Promise<void>;
}
