import {
  hourMs,
  isJsonObject,
  tryParseJson,
  type ArchivePosition,
  type ArchivedEvent,
  type Shard,
} from '@tollgate/core';

/** An event as archives and `ledger export` have it, a line. What is no JSON (a dead letter) goes in as text. */
export function archiveLine(shard: Shard, { entryId, sequence, corrects, text }: ArchivedEvent): string {
  const isLine = tryParseJson(text) !== undefined && !text.includes('\n');
  const head = JSON.stringify({
    shard,
    sequence,
    entry_id: entryId,
    corrects_nano_usd: corrects === '' ? null : corrects,
  });
  return `${head.slice(0, -1)},"event":${isLine ? text : JSON.stringify(text)}}\n`;
}

/** Where the archive is once it has this line; undefined where it is none. */
export function positionOf(line: string): ArchivePosition | undefined {
  const value = tryParseJson(line);
  if (!isJsonObject(value)) return undefined;
  const { sequence, entry_id: entryId } = value;
  return typeof sequence === 'string' && typeof entryId === 'string' ? { sequence, entryId } : undefined;
}

/** The hour in which the event was written, which is when its call was settled: `2026-11-23T14`, in UTC. */
export const hourOf = ({ entryId }: Pick<ArchivedEvent, 'entryId'>): string => hourAt(Number(entryId.split('-')[0]));

export const hourAt = (ms: number): string => new Date(Math.floor(ms / hourMs) * hourMs).toISOString().slice(0, 13);
