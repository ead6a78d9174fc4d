import type { Figure } from '../measures/figures.ts';
import { figureOf, ratioOf, type Results } from './results.ts';
import type { Spread } from './statistics.ts';

/** What Tollgate with everything on has to keep. */
interface Bound {
  readonly what: string;
  readonly most?: number;
  readonly least?: number;
  readonly measured: (results: Results) => Spread | undefined;
}

const ours = 'tollgate';

const over =
  (figure: Figure, contestant: string) =>
  (results: Results): Spread | undefined =>
    ratioOf(results, { contestant: ours, figure }, { contestant, figure });

const toAnswered =
  (figure: Figure) =>
  (results: Results): Spread | undefined =>
    ratioOf(results, { contestant: ours, figure }, { contestant: ours, figure: 'cpuUs' });

const alone =
  (figure: Figure) =>
  (results: Results): Spread | undefined =>
    figureOf(results, ours, figure);

export const bounds: readonly Bound[] = [
  { what: 'CPU a request / floor', most: 2, measured: over('cpuUs', 'floor') },
  { what: 'CPU a request / Portkey with everything off', most: 1 / 5, measured: over('cpuUs', 'portkey') },
  { what: 'CPU a streamed frame / floor piping bytes', most: 1.15, measured: over('frameCpuUs', 'floor') },
  { what: 'added p50 at 1 caller / Portkey', most: 0.35, measured: over('addedP50', 'portkey') },
  { what: 'added p99 at 1 caller / Portkey', most: 0.5, measured: over('addedP99', 'portkey') },
  { what: '300 KB prompt, CPU a request / floor', most: 1.3, measured: over('cpuUs300KB', 'floor') },
  { what: 'CPU of a 401 / an answered request', most: 0.5, measured: toAnswered('cpuUs401') },
  { what: 'CPU of a 429 / an answered request', most: 0.8, measured: toAnswered('cpuUs429') },
  { what: 'start to first answer / Portkey', most: 0.8, measured: over('firstAnswerMs', 'portkey') },
  { what: 'idle memory / Portkey', most: 1, measured: over('idleMB', 'portkey') },
  {
    what: '1,000 streams at 50 frames/s, frames delivered / floor',
    least: 0.95,
    measured: over('framesPerSecond', 'floor'),
  },
  { what: 'open streams at 1 frame/s', least: 9500, measured: alone('openStreams') },
  { what: 'memory a stream / floor', most: 1.3, measured: over('streamKB', 'floor') },
  { what: 'Redis round trips that a request waits for', most: 1.05, measured: alone('redisTrips') },
  { what: 'Redis commands a request', most: 2.05, measured: alone('redisCommands') },
  { what: 'Redis in admit and settle, µs', most: 80, measured: alone('redisScriptUs') },
];

export const isKept = ({ most = Infinity, least = -Infinity }: Bound, { median }: Spread): boolean =>
  median <= most && median >= least;
