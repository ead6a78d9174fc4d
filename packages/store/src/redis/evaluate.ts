import { Command, Redis } from 'ioredis';
import { bulkHead, bulkOf, textsOf, type ScriptCall } from '../scripts/script.ts';
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
  const texts = new CommandTexts();
  return (command, name, call) => {
    const running = new ScriptCommand(command, texts.of(command, name, call));
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

/** Commands as Redis reads them. What comes again and again is put so once: a script's name and number of keys, and how short texts begin. */
class CommandTexts {
  /** By the script's name: as many as scripts, twice. */
  readonly #begun = new Map<string, string>();
  readonly #heads = Array.from({ length: 512 }, (_, bytes) => bulkHead(bytes));

  of(command: RunCommand, name: string, { keyCount, given }: ScriptCall): string {
    let text = `*${3 + given.length}${this.#begin(command, name, keyCount)}`;
    for (const one of given) {
      if (typeof one === 'string') {
        const bytes = Buffer.byteLength(one);
        text += this.#heads[bytes] ?? bulkHead(bytes);
        text += one;
      } else text += one.bulk;
    }
    return `${text}\r\n`;
  }

  #begin(command: RunCommand, name: string, keyCount: number): string {
    const known = this.#begun.get(name);
    if (known !== undefined) return known;
    const begun = bulkOf(command) + bulkOf(name) + bulkOf(String(keyCount));
    this.#begun.set(name, begun);
    return begun;
  }
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
