import { Session } from 'node:inspector/promises';

/** Bytes of heap, and of buffers outside of it, that this process needs: what is left after a full collection. */
export async function heldBytes(): Promise<number> {
  const session = new Session();
  session.connect();
  // The second takes what only finalizers of the first let go of.
  for (let times = 0; times < 2; times += 1) await session.post('HeapProfiler.collectGarbage');
  session.disconnect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
