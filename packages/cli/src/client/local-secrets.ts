import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '@tollgate/config';

/** Where `npm start` keeps the secrets that it made, by the variable that each stands for. */
const localFiles: Readonly<Record<string, string>> = {
  TOLLGATE_ADMIN_TOKEN: 'admin-token',
  TOLLGATE_KEY_PEPPERS: 'key-peppers',
};

/** The variables, and for secrets that they do not set the files under `<directory>/.tollgate`, so that the command works beside `npm start`. */
export function withLocalSecrets(variables: Variables, directory: string): Variables {
  const found: Record<string, string> = {};
  for (const [name, file] of Object.entries(localFiles)) {
    const path = join(directory, '.tollgate', file);
    const isSet = [variables[name], variables[`${name}_FILE`]].some((text) => text !== undefined && text !== '');
    if (!isSet && existsSync(path)) found[`${name}_FILE`] = path;
  }
  return { ...variables, ...found };
}
