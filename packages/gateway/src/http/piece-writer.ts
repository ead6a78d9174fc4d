import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Beyond it copying costs more than the two other pieces that Node would hand to the socket. */
const longestCopied = 4096;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const hexDigits = Buffer.from('0123456789abcdef');

/** Writes pieces of streamed answers whose heads have been written. */
export class PieceWriter {
  /** Used anew for each piece: what it held was copied by then. */
  readonly #room = Buffer.alloc(longestCopied + 8);

  /**
   * A short piece goes to the socket at once and as one, as it will lie on the wire, where Node hands on its length, itself and a
   * line's end one by one. Tells who has to drain before more is written; undefined: there is room.
   */
  write(response: ServerResponse, piece: Buffer): Socket | ServerResponse | undefined {
    const { socket } = response;
    // A pipelined request's answer has no socket before its turn has come.
    if (socket === null || !response.chunkedEncoding || piece.length > longestCopied || piece.length === 0) {
      return response.write(piece) ? undefined : response;
    }
    return socket.write(this.#asChunk(piece), 'latin1') ? undefined : socket;
  }

  /** In the coding of RFC 9112, section 7.1. A text of Latin-1 is the same bytes, and leaves no memory outside of V8's heap behind. */
  #asChunk(piece: Buffer): string {
    const room = this.#room;
    const { length } = piece;
    let at = length < 0x10 ? 1 : length < 0x100 ? 2 : length < 0x1000 ? 3 : 4;
    for (let digit = at - 1, left = length; digit >= 0; digit -= 1, left >>= 4)
      room[digit] = hexDigits[left & 0xf] ?? 0;
    room[at++] = carriageReturn;
    room[at++] = lineFeed;
    at += piece.copy(room, at);
    room[at++] = carriageReturn;
    room[at++] = lineFeed;
    return room.toString('latin1', 0, at);
  }
}
