import type { NanoUsd } from '@tollgate/core';
import { bookMoney, releaseMoney } from './ledger.ts';
import type { MemoryRecord, MemoryShard } from './memory-shard.ts';

/** Longer between two rounds, and nobody could have renewed: every reservation first gets another lease, once. */
const gapMs = 5000;

/** The twin of lua/reap.lua. */
export function reapShard(shard: MemoryShard, atMost: number, nowMs: number): number {
  const lastMs = shard.reapedAtMs;
  shard.reapedAtMs = nowMs;
  if (Math.abs(nowMs - lastMs) > gapMs) spareAll(shard, { nowMs, clockRanBack: nowMs < lastMs });
  const lapsed = [...shard.index]
    .filter(([, deadlineMs]) => deadlineMs <= nowMs)
    .toSorted(([idA, a], [idB, b]) => a - b || (idA < idB ? -1 : 1))
    .slice(0, atMost);
  for (const [id] of lapsed) {
    const record = shard.records.get(id);
    if (record === undefined) continue;
    if (record.estimate === undefined) charge(shard, { id, record, nowMs });
    shard.endLease(id, record.terms);
  }
  return lapsed.length;
}

function spareAll(
  shard: MemoryShard,
  { nowMs, clockRanBack }: { readonly nowMs: number; readonly clockRanBack: boolean },
): void {
  for (const id of shard.index.keys()) {
    const record = shard.records.get(id);
    if (record === undefined || (record.spared && !clockRanBack)) continue;
    shard.setLease(id, record.terms, nowMs + record.terms.leaseMs);
    record.spared = true;
  }
}

function charge(
  shard: MemoryShard,
  { id, record, nowMs }: { readonly id: string; readonly record: MemoryRecord; readonly nowMs: number },
): void {
  const nanoUsd = estimateOf(record);
  for (const scope of record.terms.scopes) {
    const state = shard.stateOf(scope);
    releaseMoney(state, scope);
    bookMoney(state, scope, { nanoUsd, nowMs });
  }
  shard.appendLost(id, record, { lost: true, nanoUsd, tokens: record.progress.tokens, nowMs });
  record.estimate = nanoUsd;
}

/** A hard budget is charged all that the call can have cost; otherwise what it had cost as far as was told, or likely did. */
const estimateOf = ({ terms, progress }: MemoryRecord): NanoUsd =>
  !terms.firm && progress.nanoUsd > terms.estimate ? progress.nanoUsd : terms.estimate;
