/**
 * Bytes so many that they are given back as soon as nothing needs them. They lie outside of V8's heap, which collects everything
 * once such bytes have grown enough, whatever they hang on.
 */
export class LongBytes {
  readonly bytes: Buffer;
  readonly #onFreed: ((byteLength: number) => void) | undefined;
  #writes = 0;
  #isReleased = false;

  /** `onFreed` is called once, unless the bytes are left to V8: where a connection never says that it has written them. */
  constructor(bytes: Buffer, onFreed?: (byteLength: number) => void) {
    this.bytes = bytes;
    this.#onFreed = onFreed;
  }

  /** A socket's write goes by their address, whatever becomes of the object: until `endWrite` they stay. */
  beginWrite(): void {
    this.#writes += 1;
  }

  endWrite(): void {
    this.#writes -= 1;
    this.#freeIfUnused();
  }

  /** Nothing but writes under way needs them any more. */
  release(): void {
    this.#isReleased = true;
    this.#freeIfUnused();
  }

  #freeIfUnused(): void {
    const { byteLength } = this.bytes;
    if (!this.#isReleased || this.#writes > 0 || byteLength === 0) return;
    freeBytes(this.bytes);
    this.#onFreed?.(byteLength);
  }
}

/** Gives their memory back at once; they are none from then on. A part of something larger is not theirs alone, and stays. */
export function freeBytes({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength > 0 && buffer.byteLength === byteLength) buffer.transfer(0);
}

/**
 * Whether giving them back is worth it. Also more than a socket of undici takes before it lets its writer wait (64 KiB), so
 * that going on is how it says that it has written them.
 */
export const isLong = (bytes: Buffer): boolean => bytes.length > 64 * 1024;
