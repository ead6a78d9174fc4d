import { StoreError } from '@tollgate/core';

/**
 * What Redis' error replies begin with when it cannot serve just now, whatever was asked. While a slot moves, a script
 * whose keys are in two places finds that out by itself: before its first write, for it reads first all that it writes.
 */
const notServing =
  /^(LOADING|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|ERR Script attempted to access a non local key|NOREPLICAS|MISCONF|BUSY|UNKILLABLE|NOAUTH|WRONGPASS|NOPERM|ERR max number of clients|ERR AUTH)/;

/**
 * What a failed command means for the caller; an error that is none of the store's is handed back as it is:
 * a script that fails is a fault of ours, and nothing should retry it.
 */
export function storeErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  if (error instanceof TypeError || error instanceof RangeError) return error;
  const { message } = error;
  if (message.startsWith('OOM') || message.includes('-OOM')) {
    return new StoreError('full', 'Redis is at its memory limit', error);
  }
  if (message.startsWith('TGSCHEMA')) {
    return new StoreError('schema', newerSchemaMessage(message.replace(/^TGSCHEMA /, '')), error);
  }
  if (error.name !== 'ReplyError') return new StoreError('unavailable', `Redis cannot be reached: ${message}`, error);
  if (notServing.test(message)) return new StoreError('unavailable', `Redis does not serve: ${message}`, error);
  return error;
}

export const newerSchemaMessage = (key: string): string =>
  `\`${key}\` was written by a later release of Tollgate: update this process, or finish the roll-back of the others and restore the record`;
