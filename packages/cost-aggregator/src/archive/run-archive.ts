import { allShards, StoreError } from '@tollgate/core';
import { asError } from '../loop/take-from-all.ts';
import { ShardArchive, type ArchiveParts, type ArchiveSettings } from './archive-shard.ts';

export const defaultArchiveSettings: ArchiveSettings = {
  batchEvents: 200,
  leaseMs: 30_000,
  idleMs: 1_000,
  retryMs: 5_000,
};

export interface Archive {
  /** Resolves once what was taken is on the disk. */
  stop(): Promise<void>;
}

/** Shards that are dealt with at once: as many batches are held in memory. */
const shardsAtOnce = 8;

/** Writes applied events to the archive, beside the loop that applies them and never in its way. */
export function runArchive(parts: ArchiveParts): Archive {
  const { metrics, settings } = parts;
  const shards = allShards.map((shard) => new ShardArchive(parts, shard));
  const stopping = new AbortController();
  let failing = false;
  metrics.aggregator.archiveFailing(failing);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const { busy, failure } = await playRound(shards, stopping.signal);
      const fails = failure !== undefined && !(failure instanceof StoreError);
      if (fails !== failing) tellChange(parts, fails ? failure : undefined);
      failing = fails;
      metrics.aggregator.archiveFailing(failing);
      const pauseMs = failure === undefined ? (busy ? 0 : settings.idleMs) : settings.retryMs;
      await pause(pauseMs, parts, stopping.signal);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
      // Who cannot say it leaves it to the lease.
      await Promise.allSettled(shards.map((shard) => shard.stop()));
    },
  };
}

async function playRound(
  shards: readonly ShardArchive[],
  signal: AbortSignal,
): Promise<{ readonly busy: boolean; readonly failure: Error | undefined }> {
  let busy = false;
  const failures: Error[] = [];
  for (let at = 0; at < shards.length && !signal.aborted; at += shardsAtOnce) {
    const rounds = await Promise.allSettled(shards.slice(at, at + shardsAtOnce).map((shard) => shard.round()));
    for (const round of rounds) {
      if (round.status === 'rejected') failures.push(asError(round.reason));
      else busy ||= round.value;
    }
  }
  // That the store does not serve is told by the loop.
  return { busy, failure: failures.find((failure) => !(failure instanceof StoreError)) ?? failures[0] };
}

async function pause(ms: number, { clock }: Pick<ArchiveParts, 'clock'>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort);
  const cancel = clock.schedule(ms, resolve);
  await promise;
  cancel();
  signal.removeEventListener('abort', onAbort);
}

function tellChange({ logger, directory }: ArchiveParts, failure: Error | undefined): void {
  if (failure === undefined) logger.info('the archive is written again', { directory });
  else logger.error('the archive cannot be written; events wait in Redis', { directory, error: failure });
}
