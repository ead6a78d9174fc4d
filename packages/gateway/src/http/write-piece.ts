import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Beyond it copying costs more than the two other pieces that Node would hand to the socket. */
const longestCopied = 4096;

/**
 * Writes a piece of a streamed answer whose head has been written. A short one goes to the socket at once and as one, as it will
 * lie on the wire, where Node hands on its length, itself and a line's end one by one. Tells who has to drain before more is
 * written; undefined: there is room.
 */
export function writePiece(response: ServerResponse, piece: Buffer): Socket | ServerResponse | undefined {
  const { socket } = response;
  // A pipelined request's answer has no socket before its turn has come.
  if (socket === null || !response.chunkedEncoding || piece.length > longestCopied || piece.length === 0) {
    return response.write(piece) ? undefined : response;
  }
  return socket.write(asChunk(piece), 'latin1') ? undefined : socket;
}

/** In the coding of RFC 9112, section 7.1. A text of Latin-1 is the same bytes, and leaves no memory outside of V8's heap behind. */
const asChunk = (piece: Buffer): string => `${piece.length.toString(16)}\r\n${piece.toString('latin1')}\r\n`;
