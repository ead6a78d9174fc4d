/**
 * The first thing that docker-compose.yml runs: puts every secret where the other services read it. One that the
 * environment gives is written as it is; one that it does not give is made once and kept.
 *
 *   node make-secrets.mjs <directory of the nodes' secrets> <directory of Redis' own>
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [nodeDirectory, redisDirectory] = process.argv.slice(2);
if (nodeDirectory === undefined || redisDirectory === undefined) throw new Error('name both directories');

const randomSecret = (): string => randomBytes(32).toString('hex');

const isFirstStart = !existsSync(join(nodeDirectory, 'key-peppers'));
provide('key-peppers', { variable: 'TOLLGATE_KEY_PEPPERS', make: () => `v1:${randomSecret()}` });
provide('admin-token', { variable: 'TOLLGATE_ADMIN_TOKEN', make: randomSecret });
const password = provide('redis-password', { variable: 'TOLLGATE_REDIS_PASSWORD', make: randomSecret });
if (!/^[\w.~-]{16,}$/.test(password)) {
  throw new Error('the password of Redis has to be 16 or more letters, digits, `.`, `_`, `~` or `-`');
}
write(join(nodeDirectory, 'redis-url'), `redis://:${password}@redis:6379`);
// Redis runs as another user, whose number differs between images. Nobody else mounts this directory.
write(join(redisDirectory, 'password.conf'), `requirepass ${password}\n`, 0o644);

if (isFirstStart) {
  console.log(`Tollgate's secrets were made. A gateway key, once everything is up:

  docker compose run --rm tollgate tenants create acme --tier pro
  docker compose run --rm tollgate keys create --tenant acme
`);
}

function provide(name: string, { variable, make }: { variable: string; make: () => string }): string {
  const path = join(String(nodeDirectory), name);
  const given = process.env[variable] ?? '';
  if (given === '' && existsSync(path)) return readFileSync(path, 'utf8').trim();
  const secret = given === '' ? make() : given;
  write(path, secret);
  return secret;
}

/** Whole or not at all, whenever it is read. */
function write(path: string, text: string, mode = 0o600): void {
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}
