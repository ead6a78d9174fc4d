import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Beyond it copying costs more than the two other pieces that Node would hand to the socket. */
const longestCopied = 4096;

const lineEnd = [0x0d, 0x0a] as const;
const hexDigits = Buffer.from('0123456789abcdef');

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
  return socket.write(asChunk(piece)) ? undefined : socket;
}

/** In the coding of RFC 9112, section 7.1. At most of `longestCopied` bytes. */
function asChunk(piece: Buffer): Buffer {
  const { length } = piece;
  const digits = length < 0x10 ? 1 : length < 0x100 ? 2 : length < 0x1000 ? 3 : 4;
  const chunk = Buffer.allocUnsafe(digits + length + 4);
  for (let at = digits - 1, left = length; at >= 0; at -= 1, left >>= 4) chunk[at] = hexDigits[left & 0xf] ?? 0;
  [chunk[digits], chunk[digits + 1]] = lineEnd;
  piece.copy(chunk, digits + 2);
  [chunk[digits + 2 + length], chunk[digits + 3 + length]] = lineEnd;
  return chunk;
}
