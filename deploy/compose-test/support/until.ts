import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 250;

/** Resolves once `holds` says so; rejects after `withinMs`, with what did not come to hold. Containers send no events that could be awaited. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  { withinMs }: { withinMs: number },
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await sleep(pauseMs);
  }
}
