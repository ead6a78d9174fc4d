import { spawnSync } from 'node:child_process';

const leastMajor = 7;

export type FoundServer =
  | { readonly kind: 'found'; readonly command: string }
  | { readonly kind: 'too_old'; readonly version: string }
  | { readonly kind: 'none' };

/** Redis or Valkey on PATH, whichever comes first and is new enough for the scripts. */
export function findRedisServer(path: string): FoundServer {
  const asked = ['redis-server', 'valkey-server'].map((command) => ({ command, version: versionOf(command, path) }));
  const usable = asked.find(({ version }) => Number.parseInt(version ?? '', 10) >= leastMajor);
  if (usable !== undefined) return { kind: 'found', command: usable.command };
  const old = asked.find(({ version }) => version !== undefined)?.version;
  return old === undefined ? { kind: 'none' } : { kind: 'too_old', version: old };
}

/** As in `Redis server v=7.0.15 sha=…`; undefined where there is no such program. */
function versionOf(command: string, path: string): string | undefined {
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', env: { PATH: path } });
  return /\bv=(\d[\d.]*)/.exec(stdout ?? '')?.[1];
}
