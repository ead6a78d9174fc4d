import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import type { Machine } from './results.ts';

export const readMachine = (): Machine => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 1024 ** 3),
  kernel: `Linux ${release()}`,
  node: process.versions.node,
  versions: Object.fromEntries(
    Object.entries({ redis: ['redis-server', '--version'], nginx: ['nginx', '-v'] }).flatMap(([name, command]) => {
      const version = /\d+\.\d+\.\d+/.exec(outputOf(command))?.[0];
      return version === undefined ? [] : [[name, version]];
    }),
  ),
  commit: outputOf(['git', 'rev-parse', '--short', 'HEAD']).trim(),
});

/** nginx says its version on standard error. */
function outputOf([command = '', ...args]: readonly string[]): string {
  try {
    return execFileSync('sh', ['-c', `${command} ${args.join(' ')} 2>&1`], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
