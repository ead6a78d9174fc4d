/**
 * - `timeout`: no reply in time; the command may have run.
 * - `unavailable`: no connection, or Redis refuses to serve (loading, failing over, a slot migrating).
 * - `shard_unavailable`: of a Redis Cluster, the node that has the shard does not serve it in time; others may serve
 *   theirs. The command may have run.
 * - `full`: Redis is at its memory limit; settlements still pass.
 * - `unreplicated`: no replica had an admission in time, and `redis.durability` wants one; it was taken back.
 * - `backlog_full`: the shard's usage events wait unread up to their hard cap.
 * - `recovering`: Redis restarted or failed over; hard budgets wait until nodes have given back what it lost.
 * - `schema`: a record was written by a release too new or too old for this one.
 */
export type StoreErrorCode =
  'timeout' | 'unavailable' | 'shard_unavailable' | 'full' | 'unreplicated' | 'backlog_full' | 'recovering' | 'schema';

/** The store could not do what was asked. Programming errors are never wrapped in it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
