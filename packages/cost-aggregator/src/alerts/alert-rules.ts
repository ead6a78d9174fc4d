import type { Config } from '@tollgate/config';

/** What alerts go by: config.yaml as it is now. */
export type AlertRules = Pick<Config, 'tiers' | 'budgets' | 'alerts'>;
