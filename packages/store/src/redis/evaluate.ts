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
    const command = new ScriptCommand(sha, keys, args);
    gather();
    client.sendCommand(command);
    return command.promise;
  };
}

/** Writes its text in one piece, since dozens of short arguments put together one by one are as many strings. */
class ScriptCommand extends Command {
  readonly #text: string;

  constructor(sha: string, keys: readonly string[], args: readonly string[]) {
    super('evalsha', [], { replyEncoding: 'utf8' });
    const parts = [`*${3 + keys.length + args.length}`, '$7', 'evalsha', `$${sha.length}`, sha];
    addArgument(parts, String(keys.length));
    for (const key of keys) addArgument(parts, key);
    for (const arg of args) addArgument(parts, arg);
    parts.push('');
    this.#text = parts.join('\r\n');
  }

  override toWritable(): string {
    return this.#text;
  }
}

function addArgument(parts: string[], arg: string): void {
  parts.push(`$${Buffer.byteLength(arg)}`, arg);
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
