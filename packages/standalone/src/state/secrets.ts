import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '@tollgate/config';

const secretFiles = [
  { variable: 'TOLLGATE_KEY_PEPPERS', file: 'key-peppers', make: () => `v1:${randomBytes(32).toString('hex')}` },
  { variable: 'TOLLGATE_ADMIN_TOKEN', file: 'admin-token', make: () => randomBytes(32).toString('hex') },
] as const;

/**
 * The variables with every secret that they lack, from a file in the directory that is made on first use
 * (mode 0600) and kept, since keys would stop working with other peppers.
 */
export function provideSecrets(variables: Variables, directory: string): Variables {
  const provided: Record<string, string> = {};
  for (const { variable, file, make } of secretFiles) {
    if (isSet(variables, variable)) continue;
    const path = join(directory, file);
    makeOnce(path, make());
    provided[`${variable}_FILE`] = path;
  }
  return { ...variables, ...provided };
}

/** Whether the variable is given, itself or as `…_FILE`. An empty one counts as unset. */
export const isSet = (variables: Variables, name: string): boolean =>
  [name, `${name}_FILE`].some((each) => (variables[each] ?? '') !== '');

/** Two starts at once end up with one secret: a hard link appears whole or not at all. */
function makeOnce(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
