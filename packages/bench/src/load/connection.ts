import { connect, type Socket } from 'node:net';

/** Told of an answer. Times are `performance.now()`. */
export interface AnswerEvents {
  onFrames(frames: number, atMs: number): void;
  onAnswer(status: number, times: { readonly firstByteMs: number; readonly endedMs: number }): void;
  onBroken(): void;
}

const bodyFollows = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('\r\n0\r\n\r\n');

/**
 * One keep-alive connection, one call at a time. It looks at answers only as far as it must to know where they end,
 * so that the load costs the machine little beside what it measures.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #events: AnswerEvents;
  #status = 0;
  /** Bytes of the body that are still to come; undefined: chunked. */
  #left: number | undefined;
  #inBody = false;
  #firstByteMs = 0;
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);

  constructor(port: number, events: AnswerEvents) {
    this.#events = events;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (bytes) => this.#take(bytes));
    this.#socket.on('error', () => undefined);
    this.#socket.once('close', () => events.onBroken());
  }

  send(request: Buffer): void {
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const nowMs = performance.now();
    const body = this.#inBody ? bytes : this.#readHead(bytes);
    if (body === undefined || body.length === 0) return;
    if (this.#firstByteMs === 0) this.#firstByteMs = nowMs;
    if (this.#left !== undefined) {
      this.#left -= body.length;
      if (this.#left <= 0) this.#end(nowMs);
      return;
    }
    this.#events.onFrames(countFrames(body), nowMs);
    this.#tail = body.length >= lastChunk.length ? body.subarray(-lastChunk.length) : Buffer.concat([this.#tail, body]);
    if (this.#tail.subarray(-lastChunk.length).equals(lastChunk)) this.#end(nowMs);
  }

  /** The part of the bytes that belongs to the body; undefined while the head is incomplete. */
  #readHead(bytes: Buffer): Buffer | undefined {
    const head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const end = head.indexOf(bodyFollows);
    if (end === -1) {
      this.#head = head;
      return undefined;
    }
    this.#head = Buffer.alloc(0);
    const text = head.toString('latin1', 0, end);
    this.#status = Number(text.slice(9, 12));
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    this.#left = length === undefined ? undefined : Number(length);
    this.#inBody = true;
    // The chunk that says the end may be the first: what stands before it then is the head's own line end.
    return this.#left === undefined ? head.subarray(end + 2) : head.subarray(end + 4);
  }

  #end(endedMs: number): void {
    const firstByteMs = this.#firstByteMs;
    this.#inBody = false;
    this.#firstByteMs = 0;
    this.#tail = Buffer.alloc(0);
    this.#events.onAnswer(this.#status, { firstByteMs, endedMs });
  }
}

const event = Buffer.from('data: ');

function countFrames(bytes: Buffer): number {
  let frames = 0;
  for (let at = bytes.indexOf(event); at !== -1; at = bytes.indexOf(event, at + event.length)) frames += 1;
  return frames;
}
