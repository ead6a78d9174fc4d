import { GCProfiler } from 'node:v8';

/** From now on; the function tells how many bytes of heap were allocated so far, which no collection takes away again. */
export function countAllocations(): () => number {
  let profiler = new GCProfiler();
  let counted = 0;
  let usedBytes = process.memoryUsage().heapUsed;
  profiler.start();
  return () => {
    const nowBytes = process.memoryUsage().heapUsed;
    for (const { beforeGC, afterGC } of profiler.stop()?.statistics ?? []) {
      counted += beforeGC.heapStatistics.usedHeapSize - usedBytes;
      usedBytes = afterGC.heapStatistics.usedHeapSize;
    }
    counted += nowBytes - usedBytes;
    profiler = new GCProfiler();
    profiler.start();
    usedBytes = process.memoryUsage().heapUsed;
    return counted;
  };
}
