import type { Environment } from '@tollgate/config';
import type { Build } from '@tollgate/telemetry';

/** Of this release. */
export const version = '0.1.0';

/** What `build_info` and `/healthz` show. */
export const buildOf = ({ commit }: Pick<Environment, 'commit'>): Build => ({ version, commit: commit ?? 'unknown' });
