import type { Clock } from '@tollgate/core';
import { applyBatch } from './loop/apply-batch.ts';
import { claimPending } from './loop/claim-pending.ts';
import { readBatch } from './loop/read-batch.ts';
import { asError, type TakenBatch } from './loop/take-from-all.ts';
import { trim } from './loop/trim.ts';
import type { Worker } from './loop/worker.ts';

export interface Loop {
  /** Whether the store served in the last round. */
  readonly healthy: boolean;
  /** Takes nothing more, and resolves once all that was taken is dealt with. */
  stop(): Promise<void>;
}

/** How a round ended, which decides when the next begins. */
type RoundEnd = 'busy' | 'idle' | 'failing';

/**
 * The aggregator works in rounds over all shards:
 *
 *   claim   what silent workers hold; every half `claimAfterMs`
 *   read    what nobody has taken
 *   apply   each event in one script, which adds and acknowledges or does nothing
 *   trim    one shard
 *
 * After a round it is
 *
 *   busy      some batch was full: the next round begins at once;
 *   idle      all was taken: the next round begins after `idleMs`;
 *   failing   something could not be done: the next round begins after `retryMs`. Nothing is lost by that: what was taken and
 *             not applied stays with this worker's name, and is claimed by whoever comes, itself included;
 *   stopped   `stop` was called: the round under way ends, another does not begin.
 *
 * Dying at any point is the same as failing: before apply the event is claimed by another worker, after it the event is
 * acknowledged, and between the two there is nothing.
 */
export function runLoop(worker: Worker, clock: Clock): Loop {
  const stopping = new AbortController();
  let healthy = true;
  const run = async (): Promise<void> => {
    let claimAtMs = clock.monotonicMs();
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      const claiming = clock.monotonicMs() >= claimAtMs;
      if (claiming) claimAtMs = clock.monotonicMs() + worker.settings.claimAfterMs / 2;
      const { failure, end } = await playRound(worker, { round, claiming });
      if ((failure === undefined) !== healthy) tellChange(worker, failure);
      healthy = failure === undefined;
      await pause(end, { worker, clock, signal: stopping.signal });
    }
  };
  const running = run();
  return {
    get healthy() {
      return healthy;
    },
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

interface RoundResult {
  readonly failure: Error | undefined;
  readonly end: RoundEnd;
}

async function playRound(
  worker: Worker,
  { round, claiming }: { readonly round: number; readonly claiming: boolean },
): Promise<RoundResult> {
  const failures: Error[] = [];
  const batches: TakenBatch[] = [];
  for (const take of claiming ? [claimPending, readBatch] : [readBatch]) {
    for (const batch of await take(worker)) {
      batches.push(batch);
      const failure = await applyBatch(worker, batch);
      if (failure !== undefined) failures.push(failure);
    }
  }
  await trim(worker, round).catch((error: unknown) => failures.push(asError(error)));
  const [failure] = failures;
  if (failure !== undefined) return { failure, end: 'failing' };
  return { failure, end: batches.some(({ full }) => full) ? 'busy' : 'idle' };
}

async function pause(
  end: RoundEnd,
  { worker, clock, signal }: { readonly worker: Worker; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  if (signal.aborted) return;
  const { idleMs, retryMs } = worker.settings;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort);
  const cancel = clock.schedule({ busy: 0, idle: idleMs, failing: retryMs }[end], resolve);
  await promise;
  cancel();
  signal.removeEventListener('abort', onAbort);
}

function tellChange({ logger }: Worker, failure: Error | undefined): void {
  if (failure === undefined) logger.info('usage events are applied again');
  else logger.error('usage events cannot be applied; they wait until they can', { error: failure });
}
