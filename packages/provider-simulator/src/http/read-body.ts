import type { IncomingMessage } from 'node:http';

/** The request's body. `too_large` is known once all of it has come, since an answer before that would be a reset. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too_large' | 'client_gone'> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= maxBytes) pieces.push(piece);
      else pieces.length = 0;
    });
    request.once('end', () => resolve(bytes <= maxBytes ? Buffer.concat(pieces) : 'too_large'));
    request.once('error', () => resolve('client_gone'));
    request.once('close', () => resolve('client_gone'));
  });
}
