import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its descendants have taken so far. */
export interface ProcessCost {
  /** User and system time of all threads, in µs. */
  readonly cpuUs: number;
  readonly residentBytes: number;
}

const pageBytes = 4096;

export function processCost(pid: number): ProcessCost {
  const all = [pid, ...descendants(pid)];
  return {
    cpuUs: sum(all.map(cpuUs)),
    residentBytes: sum(all.map(residentBytes)),
  };
}

/** By the scheduler's own count, which is exact where /proc/<pid>/stat counts ticks of 10 ms. */
function cpuUs(pid: number): number {
  const threads = entries(`/proc/${pid}/task`);
  return sum(threads.map((thread) => Number(firstWord(read(`/proc/${pid}/task/${thread}/schedstat`))) / 1000));
}

const residentBytes = (pid: number): number => Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * pageBytes;

function descendants(pid: number): readonly number[] {
  const children = entries(`/proc/${pid}/task`)
    .flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(' '))
    .filter((text) => text !== '')
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

const firstWord = (text: string): string => text.split(' ')[0] ?? '0';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Processes and threads end while they are read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
