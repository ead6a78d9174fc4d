import type { Environment } from '@tollgate/config';
import { fail, ok, type Finding } from './finding.ts';

/** The secrets that every node needs; never their text. */
export const examineSecrets = ({ peppers, adminToken }: Environment): readonly Finding[] => [
  peppers.length > 0
    ? ok('key peppers', `${peppers.map(({ version }) => version).join(', ')}; the first makes new keys`)
    : fail('key peppers', 'TOLLGATE_KEY_PEPPERS is not set', 'write `v1:` and the output of `openssl rand -hex 32`'),
  adminToken === undefined
    ? fail('admin token', 'TOLLGATE_ADMIN_TOKEN is not set', 'set it to the output of `openssl rand -hex 32`')
    : ok('admin token', 'is set'),
];
