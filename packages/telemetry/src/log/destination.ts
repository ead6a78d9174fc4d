import { write } from 'node:fs';
import type { Writable } from 'node:stream';

/** Where lines go. `done` is called once, with whether the whole text got out. Writes do not overlap. */
export interface Destination {
  write(text: string, done: (written: boolean) => void): void;
}

/** How long to leave a full non-blocking pipe alone. Keeps the process: lines are on their way out. */
const fullPipeMs = 20;

/**
 * Writes to a file descriptor from the thread pool. `process.stdout` will not do: on a pipe its writes
 * are synchronous, so that a slow reader of the log would stop every call.
 */
export function fileDescriptorDestination(fileDescriptor: number): Destination {
  const writeRest = (rest: Buffer, done: (written: boolean) => void): void => {
    write(fileDescriptor, rest, (error, writtenBytes) => {
      if (error?.code === 'EAGAIN') setTimeout(() => writeRest(rest, done), fullPipeMs);
      else if (error !== null) done(false);
      else if (writtenBytes < rest.length) writeRest(rest.subarray(writtenBytes), done);
      else done(true);
    });
  };
  return { write: (text, done) => writeRest(Buffer.from(text), done) };
}

/** Writes to a stream, one batch at a time, whatever its own buffer would take. */
export function streamDestination(stream: Writable): Destination {
  // A reader that is gone is reported to each write; without a listener it would end the process.
  stream.on('error', () => undefined);
  return { write: (text, done) => stream.write(text, (error) => done(error === null || error === undefined)) };
}
