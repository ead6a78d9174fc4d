/** The load, in a process of its own: it is asked by messages (jobs.ts) and answers each with a report. */
import { closedLoop } from './closed-loop.ts';
import type { Job, LoadReport, StreamReport } from './jobs.ts';
import { openLoop } from './open-loop.ts';
import { OpenStreams } from './streams.ts';

const streams = new OpenStreams();

async function run(job: Job): Promise<LoadReport | StreamReport> {
  switch (job.kind) {
    case 'closed':
      return closedLoop(job);
    case 'open':
      return openLoop(job);
    case 'openStreams':
      return streams.open(job);
    case 'watchStreams':
      return streams.watch(job);
    case 'closeStreams':
      return streams.close();
  }
}

process.on('message', (job: Job) => void run(job).then((report) => process.send?.(report)));
process.once('disconnect', () => process.exit());
process.send?.('ready');
