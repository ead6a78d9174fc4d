import { answerTooLarge } from './answer-errors.ts';

/** A block of a stream, up to and with the blank line that ends it. */
export interface SseEvent {
  readonly event: string | undefined;
  /** Undefined where the block has no data: comments, stray blank lines. */
  readonly data: string | undefined;
  /** The block's bytes as they came, its terminator included; only a byte order mark is left out. */
  readonly raw: Buffer;
}

export interface SseParserOptions {
  /** A block beyond this fails the answer: what is incomplete has to be held in memory. */
  readonly maxEventBytes: number;
}

/** Base64 images and encrypted reasoning come as one event of megabytes. */
export const defaultMaxEventBytes = 16 * 1024 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const colon = 0x3a;
const space = 0x20;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const nothing = Buffer.alloc(0);
const dataField = Buffer.from('data');
const eventField = Buffer.from('event');

/**
 * Server-sent events (WHATWG HTML, section 9.2.6) out of bytes split anywhere. Text is decoded a
 * whole line at a time, so a character cut by a chunk's end is never seen half. Events of one
 * `push` are neighbours in one buffer.
 */
export class SseParser {
  readonly #maxEventBytes: number;
  /** Unread bytes are `#window[#blockStart, #end)`; of these, lines up to `#lineStart` have been read. */
  #window: Buffer = nothing;
  #end = 0;
  #blockStart = 0;
  #lineStart = 0;
  /** No line ends between `#lineStart` and here, so a line of many chunks is searched once. */
  #searchedTo = 0;
  #atStreamStart = true;
  #event: string | undefined;
  #data: string | undefined;

  constructor(options: SseParserOptions) {
    this.#maxEventBytes = options.maxEventBytes;
  }

  /** The events that these bytes complete. Throws AttemptError `answer_too_large`. */
  push(chunk: Buffer): readonly SseEvent[] {
    this.#append(chunk);
    return this.#read(false);
  }

  /**
   * The stream ended: an event without its blank line is dropped, as the specification has it.
   * Returns an event only if a lone CR ended it, which might have been half of a CRLF until now.
   */
  end(): readonly SseEvent[] {
    return this.#read(true);
  }

  /** Whether the next byte begins an event. */
  get isBetweenEvents(): boolean {
    return this.#blockStart === this.#end && !this.#atStreamStart;
  }

  /** Bytes of the block that has begun and not ended. */
  get unfinished(): Buffer {
    return this.#window.subarray(this.#blockStart, this.#end);
  }

  #append(chunk: Buffer): void {
    const unread = this.#end - this.#blockStart;
    if (unread === 0) {
      this.#show(chunk);
      return;
    }
    if (this.#end + chunk.length > this.#window.length) this.#moveToLarger(unread, chunk.length);
    chunk.copy(this.#window, this.#end);
    this.#end += chunk.length;
  }

  /** Doubles, so that an event of many chunks is copied a constant number of times, not once a chunk. */
  #moveToLarger(unread: number, added: number): void {
    const larger = Buffer.allocUnsafe(Math.max(unread + added, 2 * unread));
    this.#window.copy(larger, 0, this.#blockStart, this.#end);
    this.#window = larger;
    this.#lineStart -= this.#blockStart;
    this.#searchedTo -= this.#blockStart;
    this.#blockStart = 0;
    this.#end = unread;
  }

  #read(isLast: boolean): readonly SseEvent[] {
    const events: SseEvent[] = [];
    const window = this.#window.subarray(0, this.#end);
    let nextReturn = window.indexOf(carriageReturn, this.#searchedTo);
    let lineEnd = nextOf(window.indexOf(lineFeed, this.#searchedTo), nextReturn);
    while (lineEnd !== -1) {
      if (lineEnd === nextReturn && lineEnd + 1 === window.length && !isLast) break;
      const isPair = lineEnd === nextReturn && window[lineEnd + 1] === lineFeed;
      const next = lineEnd + (isPair ? 2 : 1);
      const event = this.#readLine(window, lineEnd, next);
      if (event !== undefined) events.push(event);
      this.#lineStart = next;
      if (nextReturn !== -1 && nextReturn < next) nextReturn = window.indexOf(carriageReturn, next);
      lineEnd = window[next] === lineFeed ? next : nextOf(window.indexOf(lineFeed, next), nextReturn);
    }
    this.#searchedTo = lineEnd === -1 ? this.#end : lineEnd;
    this.#assertSize(this.#end);
    if (this.#blockStart === this.#end) this.#show(nothing);
    return events;
  }

  /** What is unread from now on. What was read is let go of, for the next bytes may be long in coming. */
  #show(window: Buffer): void {
    this.#window = window;
    this.#blockStart = 0;
    this.#lineStart = 0;
    this.#searchedTo = 0;
    this.#end = window.length;
  }

  /** The event that this line ends, if it is a blank one. */
  #readLine(window: Buffer, lineEnd: number, next: number): SseEvent | undefined {
    if (this.#atStreamStart) this.#skipByteOrderMark(window);
    if (this.#lineStart < lineEnd) {
      this.#readField(window, lineEnd);
      return undefined;
    }
    this.#assertSize(next);
    const event = { event: this.#event, data: this.#data, raw: window.subarray(this.#blockStart, next) };
    this.#event = undefined;
    this.#data = undefined;
    this.#blockStart = next;
    return event;
  }

  #skipByteOrderMark(window: Buffer): void {
    this.#atStreamStart = false;
    if (!window.subarray(this.#blockStart, this.#blockStart + 3).equals(byteOrderMark)) return;
    this.#blockStart += 3;
    this.#lineStart = this.#blockStart;
  }

  #readField(window: Buffer, end: number): void {
    const start = this.#lineStart;
    if (isField(window, start, dataField)) {
      const value = fieldValue(window, start + dataField.length, end);
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    } else if (isField(window, start, eventField)) {
      this.#event = fieldValue(window, start + eventField.length, end);
    }
  }

  #assertSize(end: number): void {
    if (end - this.#blockStart <= this.#maxEventBytes) return;
    throw answerTooLarge(`an event of the stream exceeds ${this.#maxEventBytes} bytes`);
  }
}

/** The smaller position, where -1 is none. */
const nextOf = (a: number, b: number): number => (a === -1 || (b !== -1 && b < a) ? b : a);

/** Whether the line that starts there is of that field: its name, then a colon or the line's end. */
function isField(window: Buffer, start: number, name: Buffer): boolean {
  for (let at = 0; at < name.length; at += 1) {
    if (window[start + at] !== name[at]) return false;
  }
  const after = window[start + name.length];
  return after === colon || after === lineFeed || after === carriageReturn;
}

/** What follows the colon, without one space; empty where a field is a name alone. */
function fieldValue(window: Buffer, nameEnd: number, end: number): string {
  if (nameEnd >= end) return '';
  const start = nameEnd + (window[nameEnd + 1] === space && nameEnd + 1 < end ? 2 : 1);
  return window.toString('utf8', start, end);
}
