import type { AttemptErrorCode, Endpoint, ErrorCode, Outcome, SettleResult } from '@tollgate/core';

/** Label values are closed unions, or names that stand in config.yaml; never anything that a caller chose. */

export type EndpointLabel = Endpoint | 'other';

/** `none`: the request was never admitted, and its code says why. */
export type OutcomeLabel = Outcome | 'none';

/** `none`: there was no error. */
export type CodeLabel = ErrorCode | 'none';

export type AttemptResult = AttemptErrorCode | 'ok';

/** `failed`: the store could not apply it; it is tried again later. */
export type SettlementLabel = SettleResult | 'failed';

const hasSettlementLabel: Readonly<Record<SettlementLabel, true>> = {
  settled: true,
  corrected: true,
  unreserved: true,
  duplicate: true,
  failed: true,
};
export const settlementLabels = Object.keys(hasSettlementLabel);

/**
 * - `applied`: it is in the roll-ups.
 * - `passed_over`: another worker applied it first.
 * - `retried`: it could not be applied and is tried again.
 * - `set_aside`: it could not be applied at all; it is among the dead letters.
 */
export const usageEventResults = ['applied', 'passed_over', 'retried', 'set_aside'] as const;
export type UsageEventResult = (typeof usageEventResults)[number];

/**
 * - `delivered`: the webhook took the alert.
 * - `failed`: it did not, and is tried again later.
 * - `given_up`: it never did.
 */
export type AlertResult = 'delivered' | 'failed' | 'given_up';
export const alertResults: readonly AlertResult[] = ['delivered', 'failed', 'given_up'];

/** `missed`: dropped from Redis before the archive had them. */
export type ArchiveResult = 'written' | 'missed';

/** Kinds do not overlap, but for `reasoning`, which is part of `output`. */
export type TokenKind =
  'input_uncached' | 'cache_read' | 'cache_write' | 'input_audio' | 'output' | 'reasoning' | 'output_audio';

/**
 * - `store_unavailable`: Redis is slow or away; limits are kept by this node alone.
 * - `shard_unavailable`: a node of the Redis Cluster does not serve its shards; their tenants are limited by this node alone.
 * - `store_full`: Redis is at its memory limit; nothing is admitted.
 * - `store_unreplicated`: no replica has what is admitted, and `redis.durability` wants one; nothing is admitted.
 * - `event_backlog_full`: usage events wait unread up to their hard cap; nothing is admitted.
 * - `ledger_recovering`: Redis restarted or failed over; hard budgets admit nothing until what it lost was given back.
 * - `journal_off`: there is no writable journal; settlements that wait for Redis are kept in memory alone.
 * - `journal_full`: as many settlements wait for Redis as the journal holds; nothing is admitted.
 * - `store_schema`: records were written by a release that this one does not understand.
 * - `config_refused`: a changed config.yaml was bad; the one before it is in force.
 */
export const degradedReasons = [
  'store_unavailable',
  'shard_unavailable',
  'store_full',
  'store_unreplicated',
  'event_backlog_full',
  'ledger_recovering',
  'journal_off',
  'journal_full',
  'store_schema',
  'config_refused',
] as const;
export type DegradedReason = (typeof degradedReasons)[number];
