import { crc32 } from 'node:zlib';

/** Checksum, space and end. */
const sealBytes = 10;
const checksumDigits = 8;
/** A UTF-16 unit in UTF-8. */
const maxBytesAUnit = 3;
/** Made larger by this at least; and one so large is made anew for the next. */
const stepBytes = 16 * 1024;
const maxRoomBytes = 256 * 1024;
const [space, newline] = [0x20, 0x0a];

/**
 * Lines of a journal as bytes, each with its checksum before it and its end behind it (see journal-line.ts). The room for them is used again
 * for the next, so a line costs no text but its body.
 */
export class SealedLines {
  room = Buffer.alloc(0);
  /** Of the room, that are taken. */
  bytes = 0;

  /** In place of what was sealed before. Tells how many bytes each line takes. */
  seal(bodies: readonly string[]): readonly number[] {
    const units = bodies.reduce((sum, body) => sum + body.length, 0);
    this.#makeRoom(units * maxBytesAUnit + bodies.length * sealBytes);
    this.bytes = 0;
    return bodies.map((body) => this.#add(body));
  }

  #makeRoom(neededBytes: number): void {
    const isFit = this.room.length >= neededBytes && this.room.length <= maxRoomBytes;
    if (!isFit) this.room = Buffer.allocUnsafeSlow(neededBytes + stepBytes);
  }

  #add(body: string): number {
    const { room, bytes: start } = this;
    const from = start + checksumDigits + 1;
    const end = from + room.write(body, from);
    writeHex(crc32(body), room, start);
    room[from - 1] = space;
    room[end] = newline;
    this.bytes = end + 1;
    return this.bytes - start;
  }
}

function writeHex(value: number, into: Buffer, at: number): void {
  for (let digit = checksumDigits - 1, rest = value; digit >= 0; digit -= 1, rest >>>= 4) {
    into[at + digit] = '0123456789abcdef'.charCodeAt(rest & 15);
  }
}
