import { Writable } from 'node:stream';

/** A stream that keeps what is written to it. */
export function collectingStream(): { stream: Writable; text: () => string; chunks: string[] } {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join(''), chunks };
}
