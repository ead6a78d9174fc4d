import { Command, Redis } from 'ioredis';
import { bulkOf, textsOf, type ScriptCall } from '../scripts/script.ts';
import type { RedisClient } from './connection.ts';

/** The two commands that run what Redis has. */
export type RunCommand = 'evalsha' | 'fcall';

/** Asks Redis to run a script that it knows by its digest, or a function by its name. */
export type Evaluate = (command: RunCommand, name: string, call: ScriptCall) => Promise<unknown>;

/**
 * On a single server, commands go to the connection as they are, and those that one turn of the event loop brings
 * leave in one write. ioredis' own pipelining, which a Cluster needs to find the node, costs several times as much
 * CPU a command, and holds a command back until those before it were answered.
 */
export function evaluateOn(client: RedisClient): Evaluate {
  if (!(client instanceof Redis)) {
    return (command, name, call) => client[command](name, ...textsOf(call));
  }
  const gather = gatherWrites(client);
  const asked = rememberAsked();
  return (command, name, call) => {
    const running = new ScriptCommand(command, written(asked(command, name), call));
    gather();
    client.sendCommand(running);
    return running.promise;
  };
}

/** Its text is written in one piece, since dozens of short arguments put together one by one are as many strings. */
class ScriptCommand extends Command {
  readonly #text: string;

  constructor(command: RunCommand, text: string) {
    super(command, [], { replyEncoding: 'utf8' });
    // Or ioredis would make ready to tell a diagnostics channel of it, whether or not anybody listens.
    this.isTraced = true;
    this.#text = text;
  }

  override toWritable(): string {
    return this.#text;
  }
}

/** Command and name as Redis reads them. There are as many as scripts, twice. */
function rememberAsked(): (command: RunCommand, name: string) => string {
  const known = new Map<string, string>();
  return (command, name) => {
    let asked = known.get(name);
    if (asked === undefined) known.set(name, (asked = bulkOf(command) + bulkOf(name)));
    return asked;
  };
}

/** As Redis reads commands. */
function written(asked: string, { keyCount, given }: ScriptCall): string {
  let text = `*${3 + given.length}${asked}${bulkOf(String(keyCount))}`;
  for (const one of given) text += typeof one === 'string' ? bulkOf(one) : one.bulk;
  return `${text}\r\n`;
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
