import type { ArchiveBatch, ArchiveRequest, StreamedEvent } from '@tollgate/core';
import type { MemoryStream } from './memory-stream.ts';

/** The twin of lua/archive-events.lua. */
export function archiveBatch(
  stream: MemoryStream,
  { worker, leaseMs, written, atMost }: ArchiveRequest,
  nowMs: number,
): ArchiveBatch {
  const { archive } = stream;
  if (archive.worker !== worker && archive.untilMs > nowMs) return { kind: 'held' };
  archive.worker = worker;
  archive.untilMs = nowMs + leaseMs;
  const said = stream.entries.get(Number(written?.sequence));
  const isTrue = said !== undefined && archivedId(said) === written?.entryId;
  archive.archived ??= (stream.entries.keys().next().value ?? stream.last + 1) - 1;
  if (isTrue && said.sequence > archive.archived) archive.archived = said.sequence;
  const { archived } = archive;
  const behind = [...stream.entries.values()].filter(({ sequence }) => sequence > archived).slice(0, atMost);
  const held = behind.findIndex(({ sequence }) => !stream.wasApplied(sequence));
  const after = stream.entries.get(archived);
  return {
    kind: 'taken',
    after: {
      sequence: String(archived),
      entryId: after === undefined ? archive.id : (archive.id = archivedId(after)),
    },
    events: (held === -1 ? behind : behind.slice(0, held)).map((entry) => {
      const { text, corrects } = asWritten(entry);
      return { entryId: archivedId(entry), sequence: String(entry.sequence), text, corrects };
    }),
    waiting: stream.last - archived,
    nowMs,
  };
}

/** As Redis would: by the time at which it was written. */
const archivedId = ({ writtenAtMs, sequence }: { readonly writtenAtMs: number; readonly sequence: number }): string =>
  `${writtenAtMs}-${sequence}`;

/** An entry as Redis' stream would have it. */
export const asWritten = ({ event, correctsNanoUsd, periods }: StreamedEvent) => ({
  text: JSON.stringify(event),
  corrects: correctsNanoUsd === undefined ? '' : String(correctsNanoUsd),
  periods: periods.join('\n'),
});
