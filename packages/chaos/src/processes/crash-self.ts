/**
 * Loaded before a process' own program (`node --import`): kills it with SIGKILL at one point of its work, which
 * `TOLLGATE_CHAOS_CRASH` names. It watches what any program does, writes to sockets and files, so that the product has no
 * place made for tests.
 */
import fs, { writeSync } from 'node:fs';
import { ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { z } from 'zod';
import { crashWords } from '../faults/crash-points.ts';

const planSchema = z.object({
  name: z.string(),
  visit: z.number(),
  /** Of the store's package as this process runs it. */
  storeUrl: z.string(),
  place: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['asking', 'answered']), script: z.string() }),
    z.object({ kind: z.enum(['writing', 'written']), mark: z.string() }),
    z.object({ kind: z.literal('answering'), write: z.number() }),
  ]),
});

const plan = planSchema.parse(JSON.parse(process.env['TOLLGATE_CHAOS_CRASH'] ?? ''));
let visits = 0;

/** Ids of calls in what was about to be said. */
const idsIn = (text: string): string => [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id).join(' ');

/** Whether this is the visit to die at. */
const isDue = (): boolean => (visits += 1) === plan.visit;

function die(text: string): never {
  writeSync(2, `${crashWords} ${plan.name}: ${idsIn(text)}\n`);
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

/** Reads of the usage stream are many and mostly empty: one counts where an event came. */
const brings = (script: string, reply: Buffer): boolean =>
  script !== 'read-events' || /\r\n\d{13}-\d+\r\n/.test(reply.toString('latin1'));

async function watchScript(kind: 'asking' | 'answered', script: string): Promise<void> {
  const store: { readonly scriptName: (name: string) => string } = await import(plan.storeUrl);
  const sha = store.scriptName(script);
  const write = Socket.prototype.write;
  const watched = new WeakSet<Socket>();
  const listen = (socket: Socket, text: string): void => {
    if (watched.has(socket)) return;
    watched.add(socket);
    socket.prependOnceListener('data', (reply: Buffer) => {
      watched.delete(socket);
      if (brings(script, reply) && isDue()) die(text);
    });
  };
  const watching = function (this: Socket, ...args: Parameters<typeof write>): boolean {
    const text = String(args[0]);
    if (text.includes(sha)) {
      if (kind === 'answered') listen(this, text);
      else if (isDue()) die(text);
    }
    return Reflect.apply(write, this, args);
  };
  Object.assign(Socket.prototype, { write: watching });
}

function watchJournal(kind: 'writing' | 'written', mark: string): void {
  const line = new RegExp(`^[0-9a-f]{8} ${mark} `, 'm');
  const write = writeSync;
  const watching = (
    descriptor: number,
    written: Buffer | string,
    ...range: [from?: number, length?: number]
  ): number => {
    const [from = 0, length = written.length - from] = range;
    const text = typeof written === 'string' ? written : written.toString('utf8', from, from + length);
    const dying = line.test(text) && isDue();
    if (dying && kind === 'writing') die(text);
    const count = typeof written === 'string' ? write(descriptor, written) : write(descriptor, written, from, length);
    if (dying) die(text);
    return count;
  };
  Object.assign(fs, { writeSync: watching });
  syncBuiltinESMExports();
}

/** A piece of a streamed answer, as a gateway that does without `ServerResponse.write` hands it to the socket. */
const isChunk = (written: unknown): boolean => typeof written === 'string' && /^[0-9a-f]+\r\n/.test(written);

function watchAnswers(write: number): void {
  const answer = ServerResponse.prototype.write;
  const send = Socket.prototype.write;
  const writes = new WeakMap<ServerResponse, number>();
  const answers = new WeakMap<Socket, ServerResponse>();
  const count = (response: ServerResponse): void => {
    const counted = (writes.get(response) ?? 0) + 1;
    writes.set(response, counted);
    if (counted === write && isDue()) die('');
  };
  const answering = function (this: ServerResponse, ...args: Parameters<typeof answer>): boolean {
    if (this.socket !== null) answers.set(this.socket, this);
    count(this);
    return Reflect.apply(answer, this, args);
  };
  const sending = function (this: Socket, ...args: Parameters<typeof send>): boolean {
    const response = answers.get(this);
    if (response?.socket === this && isChunk(args[0])) count(response);
    return Reflect.apply(send, this, args);
  };
  Object.assign(ServerResponse.prototype, { write: answering });
  Object.assign(Socket.prototype, { write: sending });
}

switch (plan.place.kind) {
  case 'asking':
  case 'answered':
    await watchScript(plan.place.kind, plan.place.script);
    break;
  case 'writing':
  case 'written':
    watchJournal(plan.place.kind, plan.place.mark);
    break;
  case 'answering':
    watchAnswers(plan.place.write);
}
