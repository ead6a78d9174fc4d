import { spawnSync } from 'node:child_process';

export const succeeds = (command: string, args: readonly string[], env = process.env): boolean =>
  spawnSync(command, args, { stdio: 'ignore', env }).status === 0;

export const isOnPath = (command: string): boolean => succeeds('sh', ['-c', `command -v ${command}`]);

/** Installs a package of Debian or Ubuntu where that is allowed, and tells whether its program is on PATH then. */
export function installWithApt({ name, program }: { readonly name: string; readonly program: string }): boolean {
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) return false;
  console.error(`npm test: installing ${name} with apt-get, since ${program} is not on PATH`);
  // RUNLEVEL: the package's own service is not wanted here, only its program.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '-y', '-qq', '--no-install-recommends', name];
  return succeeds('apt-get', ['update', '-qq'], env) && succeeds('apt-get', install, env) && isOnPath(program);
}
