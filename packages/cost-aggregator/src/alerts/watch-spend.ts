import { parseKeyId, StoreError, type Clock, type KeyRecord, type Tenant } from '@tollgate/core';
import type { Store } from '@tollgate/store';
import type { Logger } from '@tollgate/telemetry';
import { asError } from '../loop/take-from-all.ts';
import type { AlertRules } from './alert-rules.ts';
import { describeSpike, describeThreshold, type Alert } from './describe-alert.ts';
import { findSpike } from './find-spike.ts';
import { findThresholds } from './find-thresholds.ts';

export interface SpendWatchOptions {
  readonly store: Pick<Store, 'admission' | 'keys' | 'report' | 'alerts'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rules: () => AlertRules;
  readonly settings: WatchSettings;
  /** Something was raised. */
  readonly onRaised: () => void;
}

export interface WatchSettings {
  /** Between two looks at who spent something. */
  readonly lookMs: number;
  /** Between two looks at everybody: what a worker had noted when it died is found by these. */
  readonly sweepMs: number;
  /** Between two looks for spikes. */
  readonly spikeMs: number;
}

/** Finds what alerts are about, beside the loop that applies events: whoever applies only notes whose event it was. */
export class SpendWatch {
  readonly #options: SpendWatchOptions;
  /** Keys by tenant that spent something since the last look. */
  #spent = new Map<string, Set<string>>();
  /** Tenants that spent something since the last look for spikes. */
  #spending = new Set<string>();
  /** Alerts that are known to be raised, for as long as until the next sweep. */
  readonly #raised = new Set<string>();
  #sweepAtMs = 0;
  #spikeAtMs = 0;
  #stopped = false;
  #cancel = (): void => undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: SpendWatchOptions) {
    this.#options = options;
    this.#sweepAtMs = options.clock.monotonicMs();
    this.#spikeAtMs = this.#sweepAtMs;
    this.#schedule();
  }

  note(tenant: string, keyId: string): void {
    const keys = this.#spent.get(tenant) ?? new Set();
    this.#spent.set(tenant, keys.add(keyId));
    this.#spending.add(tenant);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#looking;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.schedule(this.#options.settings.lookMs, () => {
      this.#looking = this.#look().finally(() => this.#schedule());
    });
  }

  async #look(): Promise<void> {
    const spent = this.#spent;
    this.#spent = new Map();
    if (this.#options.rules().alerts.webhooks.length === 0) {
      this.#spending.clear();
      return;
    }
    try {
      if (this.#options.clock.monotonicMs() >= this.#sweepAtMs) await this.#lookAtAll();
      else await this.#lookAtSome(spent);
      if (this.#options.clock.monotonicMs() >= this.#spikeAtMs) await this.#lookForSpikes();
    } catch (error) {
      // The next look is at everybody.
      this.#sweepAtMs = 0;
      // That the store does not serve is told by the loop.
      if (!(error instanceof StoreError)) {
        this.#options.logger.error('spend cannot be watched for alerts', { error: asError(error) });
      }
    }
  }

  async #lookAtAll(): Promise<void> {
    const { store, clock, settings } = this.#options;
    this.#raised.clear();
    for (const tenant of await store.keys.tenants()) {
      if (this.#stopped) return;
      await this.#raiseThresholds(tenant, await store.keys.keys(tenant.name));
      this.#spending.add(tenant.name);
    }
    this.#sweepAtMs = clock.monotonicMs() + settings.sweepMs;
  }

  async #lookAtSome(spent: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const { keys } = this.#options.store;
    for (const [name, keyIds] of spent) {
      const tenant = await keys.tenant(name);
      if (tenant === undefined) continue;
      const records = [...keyIds].map(async (keyId) => {
        const parts = parseKeyId(keyId);
        return parts === undefined ? undefined : keys.key(parts);
      });
      await this.#raiseThresholds(
        tenant,
        (await Promise.all(records)).filter((key) => key !== undefined),
      );
    }
  }

  async #raiseThresholds(tenant: Tenant, keys: readonly KeyRecord[]): Promise<void> {
    const { store, clock, rules } = this.#options;
    const search = { admission: store.admission, rules: rules(), nowMs: clock.nowMs() };
    // Where several thresholds are passed at once, the highest says all of it.
    for (const found of await findThresholds(tenant, keys, search)) {
      await this.#raise(describeThreshold(found, clock.nowMs()), found.highest);
    }
  }

  async #lookForSpikes(): Promise<void> {
    const { store, clock, rules, settings } = this.#options;
    const spending = this.#spending;
    this.#spending = new Set();
    for (const tenant of spending) {
      const { spendSpike: rule } = rules().alerts;
      const spike = await findSpike(store.report, tenant, { rule, nowMs: clock.nowMs() });
      if (spike !== undefined) await this.#raise(describeSpike(spike, clock.nowMs()), true);
    }
    this.#spikeAtMs = clock.monotonicMs() + settings.spikeMs;
  }

  async #raise({ id, kind, text }: Alert, isTold: boolean): Promise<void> {
    if (this.#raised.has(id)) return;
    const { store, rules, logger, onRaised } = this.#options;
    const webhooks = isTold ? rules().alerts.webhooks.filter(({ kinds }) => kinds.includes(kind)) : [];
    const names = webhooks.map(({ name }) => name);
    const first = await store.alerts.raise({ id, text, webhooks: names });
    this.#raised.add(id);
    if (!first || names.length === 0) return;
    logger.warn('an alert was raised', { alert_id: id, kind, alert: text, webhooks: names });
    onRaised();
  }
}
