import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';

/** A process of the product. */
export interface Program {
  readonly pid: number;
  /** The last that it printed. */
  printed(): string;
  /** Resolves with what matched; rejects where the process ends before. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>;
  kill(): void;
  readonly exited: Promise<void>;
  readonly hasExited: boolean;
}

export interface ProgramSettings {
  readonly main: string;
  /** Loaded before it. */
  readonly preload?: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly onExit: (printed: string) => void;
}

const keptCharacters = 200_000;

export function startProgram({ main, preload, variables, onExit }: ProgramSettings): Program {
  const args = preload === undefined ? [main] : ['--import', preload, main];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let hasExited = false;
  const changed = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('utf8')).slice(-keptCharacters);
      changed.emit('changed');
    });
  }
  // Closed, not only ended: all that it printed was read.
  const exited = once(child, 'close').then(() => {
    hasExited = true;
    process.removeListener('exit', killWithUs);
    onExit(text);
    changed.emit('changed');
  });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  return {
    pid: child.pid ?? 0,
    printed: () => text,
    untilPrinted: async (pattern) => {
      for (;;) {
        const found = pattern.exec(text);
        if (found !== null) return found;
        if (hasExited) throw new Error(`the process ended before it printed ${pattern}`);
        await once(changed, 'changed');
      }
    },
    kill: () => void child.kill('SIGKILL'),
    exited,
    get hasExited() {
      return hasExited;
    },
  };
}
