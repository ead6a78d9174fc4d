import { Command, Redis } from 'ioredis';
import type { RedisClient } from './connection.ts';

/** Asks Redis to run a script that it knows by its SHA. */
export type Evaluate = (sha: string, keys: readonly string[], args: readonly string[]) => Promise<unknown>;

/**
 * On a single server, commands go to the connection as they are, and those that one turn of the event loop brings
 * leave in one write. ioredis' own pipelining, which a Cluster needs to find the node, costs several times as much
 * CPU a command, and holds a command back until those before it were answered.
 */
export function evaluateOn(client: RedisClient): Evaluate {
  if (!(client instanceof Redis)) {
    return (sha, keys, args) => client.evalsha(sha, keys.length, ...keys, ...args);
  }
  const gather = gatherWrites(client);
  return (sha, keys, args) => {
    const command = new Command('evalsha', [sha, keys.length, ...keys, ...args], { replyEncoding: 'utf8' });
    gather();
    client.sendCommand(command);
    return command.promise;
  };
}

/** What is written from now on leaves once all that is ready to run has run. */
function gatherWrites(client: Redis): () => void {
  let isGathering = false;
  return () => {
    if (isGathering) return;
    isGathering = true;
    const { stream } = client;
    stream.cork();
    process.nextTick(() => {
      isGathering = false;
      stream.uncork();
    });
  };
}
