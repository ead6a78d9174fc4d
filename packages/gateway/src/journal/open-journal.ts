import type { Clock, Settlement } from '@tollgate/core';
import type { Logger, Metrics } from '@tollgate/telemetry';
import { DiskJournal } from './disk-journal.ts';
import { settleIn } from './journal-home.ts';
import type { Journal } from './journal.ts';
import { openMemoryJournal } from './memory-journal.ts';

export interface JournalOptions {
  /** Undefined: none is wanted. */
  readonly directory: string | undefined;
  readonly producerId: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

const maxBytes = 1024 ** 3;

/** The journal on disk where there is one that can be written, else in memory, and says what that weakens. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { directory, producerId, clock, metrics, logger } = options;
  const onSize = (size: number): void => metrics.journalEntries(size);
  try {
    if (directory === undefined) throw new Error('TOLLGATE_JOURNAL_DIR is not set');
    const home = await settleIn(directory);
    const onFault = (error: Error | undefined): void => {
      metrics.degraded('journal_full', error !== undefined);
      if (error === undefined) logger.info('the journal takes settlements again');
      else logger.error('the journal cannot be written; no call is admitted until it can', { error });
    };
    const journal = new DiskJournal({ home, producerId, clock, maxBytes, onSize, onFault });
    onSize(journal.size);
    if (home.adopted.length > 0) {
      logger.info('journals of dead processes were taken over', {
        journals: home.adopted.length,
        waiting: journal.size,
      });
    }
    return journal;
  } catch (error) {
    metrics.degraded('journal_off', true);
    logger.warn(
      'there is no journal: should this process be killed, calls that it had not settled stay charged as estimates, and what a fail-over of Redis loses is not sent again',
      { error: error instanceof Error ? error : String(error) },
    );
    const onPoison = (settlement: Settlement, cause: unknown): void =>
      logger.error('a settlement cannot be applied; its event is in this line', {
        event: JSON.stringify(settlement.event),
        error: cause instanceof Error ? cause : String(cause),
      });
    return openMemoryJournal({ onSize, onPoison });
  }
}
