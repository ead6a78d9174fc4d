import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installWithApt, isOnPath, succeeds } from './install-program.ts';

const image = 'redis:7-bookworm';

/**
 * Sees to it that a `redis-server` or `valkey-server` is on PATH of this process and its children:
 * there already, else by apt-get where that is allowed, else a script that runs it in Docker.
 * Where none of them works it says what to do and returns false.
 */
export function ensureRedisServer(): boolean {
  if (isOnPath('redis-server') || isOnPath('valkey-server')) return true;
  if (installWithApt({ name: 'redis-server', program: 'redis-server' })) return true;
  if (succeeds('docker', ['info'])) {
    putDockerOnPath();
    return true;
  }
  console.error(
    'npm test: the tests need a real Redis. Put redis-server or valkey-server on PATH (for example ' +
      '`brew install redis`), or run as root on Debian or Ubuntu, or start Docker.',
  );
  return false;
}

/**
 * A `redis-server` that is a container on the host's network, so that tests which start servers of
 * their own need not know. Tests end servers with SIGKILL, which Docker's client cannot hand on: a
 * watcher removes the container when the client's end of a pipe closes.
 */
function putDockerOnPath(): void {
  console.error(`npm test: running Redis in Docker (${image}), since none is on PATH`);
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-docker-redis-'));
  const script = `#!/bin/sh
name=tollgate-redis-$$
alive=${directory}/$name
mkfifo "$alive"
( read -r nothing <"$alive"; docker rm -f "$name" ) >/dev/null 2>&1 &
exec docker run --rm --name "$name" --network host --user "$(id -u):$(id -g)" \\
  --volume "${tmpdir()}:${tmpdir()}" ${image} redis-server "$@" 4>"$alive"
`;
  writeFileSync(join(directory, 'redis-server'), script, { mode: 0o755 });
  process.env['PATH'] = `${directory}${delimiter}${process.env['PATH'] ?? ''}`;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
}
