import { isUtf8 } from 'node:buffer';

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const contentMembers = [Buffer.from('"content":"'), Buffer.from('"content": "')];

/** A provider that says something else in each frame is not worth more attempts. */
const mostFruitless = 16;

/** Frames at the start of some bytes that say nothing new but a piece of content each. */
export interface FrameRun {
  /** Where the first other byte is. */
  readonly end: number;
  /** Of all the pieces. */
  readonly contentBytes: number;
}

const nothing = Buffer.alloc(0);
const noRun: FrameRun = { end: 0, contentBytes: 0 };

/**
 * The frames of one answer mostly differ in nothing but a word. Once one was read, another that is the same byte for
 * byte, but for plain text in the place of its content, is known to mean the same without its JSON being read: what
 * it says beside the content was taken in already.
 */
export class RepeatedFrame {
  /** What stands before the content and behind it. */
  #pattern: Buffer | undefined;
  #contentAt = 0;
  /** Patterns that nothing matched, in a row. */
  #fruitless = 0;

  /** Takes a whole event as the pattern, if `content` stands in it once and plainly. */
  learn(raw: Buffer, content: string): void {
    if (this.#fruitless >= mostFruitless) return;
    this.#fruitless += 1;
    this.#pattern = undefined;
    for (const member of contentMembers) {
      const at = raw.indexOf(member);
      if (at === -1 || raw.lastIndexOf(member) !== at) continue;
      const start = at + member.length;
      const end = plainTextEnd(raw, start);
      if (end === -1 || raw.toString('utf8', start, end) !== content) continue;
      this.#pattern = Buffer.concat([raw.subarray(0, start), raw.subarray(end)]);
      this.#contentAt = start;
      return;
    }
  }

  /** The bytes have to begin where an event does. */
  match(bytes: Buffer): FrameRun {
    const length = this.#pattern?.length;
    if (length === undefined) return noRun;
    const contentAt = this.#contentAt;
    let end = 0;
    let contentBytes = 0;
    while (this.#beginsAt(bytes, end)) {
      const start = end + contentAt;
      const textEnd = plainTextEnd(bytes, start);
      // An empty piece is no content.
      if (textEnd <= start || !this.#endsFrom(bytes, textEnd)) break;
      contentBytes += textEnd - start;
      end = textEnd + length - contentAt;
    }
    if (end > 0) this.#fruitless = 0;
    return { end, contentBytes };
  }

  #beginsAt(bytes: Buffer, at: number): boolean {
    const end = at + this.#contentAt;
    return end <= bytes.length && bytes.compare(this.#pattern ?? nothing, 0, this.#contentAt, at, end) === 0;
  }

  #endsFrom(bytes: Buffer, at: number): boolean {
    const pattern = this.#pattern ?? nothing;
    const end = at + pattern.length - this.#contentAt;
    return end <= bytes.length && bytes.compare(pattern, this.#contentAt, pattern.length, at, end) === 0;
  }
}

/** Where the quote is that ends the JSON string; -1 where something in it would have to be read first. */
function plainTextEnd(bytes: Buffer, start: number): number {
  let isAscii = true;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return isAscii || isUtf8(bytes.subarray(start, at)) ? at : -1;
    if (byte === backslash || byte < space) return -1;
    if (byte >= 0x80) isAscii = false;
  }
  return -1;
}
