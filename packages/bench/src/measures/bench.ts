import type { Running } from '../contestants/contestant.ts';
import type { Job, LoadReport, StreamReport } from '../load/jobs.ts';
import { processCost } from '../processes/process-cost.ts';
import { callBody, type CallShape } from './call-bodies.ts';
import type { Figures } from './figures.ts';

/** What measures work with. */
export interface Bench {
  readonly mockPort: number;
  /** Fewer calls: for `--quick`. */
  readonly scale: number;
  /** What calls one after the other may take together: whoever is slow makes fewer of them. */
  readonly withinMs?: number | undefined;
  readonly load: (job: Job) => Promise<LoadReport>;
  readonly streams: (job: Job) => Promise<StreamReport>;
}

/** One aspect of a running contestant. Undefined figures do not apply to it. */
export interface Measure {
  readonly name: string;
  readonly run: (running: Running, bench: Bench) => Promise<Figures>;
}

export interface Calls {
  readonly shape?: CallShape;
  readonly calls: number;
  readonly callers?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expected?: number;
}

export interface CallCosts extends LoadReport {
  /** Of the contestant's processes, user and system. */
  readonly cpuUs: number;
}

export const defaultCallers = 32;

/** Calls in a closed loop, and what each cost. */
export async function costOfCalls(running: Running, bench: Bench, calls: Calls): Promise<CallCosts> {
  const before = processCost(running.pid).cpuUs;
  const report = await bench.load({
    kind: 'closed',
    call: callTo(running, calls),
    callers: calls.callers ?? defaultCallers,
    calls: Math.ceil(calls.calls * bench.scale),
    withinMs: bench.withinMs,
  });
  const cpuUs = (processCost(running.pid).cpuUs - before) / Math.max(1, report.answered);
  return { ...report, cpuUs };
}

export const callTo = (running: Running, { shape, headers, expected }: Omit<Calls, 'calls'>) => ({
  port: running.port,
  path: running.path,
  headers: headers ?? running.headers,
  body: callBody(shape),
  expected: expected ?? 200,
});
