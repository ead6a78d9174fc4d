import { AdminError } from './admin-error.ts';

/** Each failure means that somebody else's change went through, so a few rounds get anybody through. */
const mostRounds = 8;

/**
 * Repeats read, change and replace for as long as the record was changed by somebody else in between,
 * which `attempt` tells by undefined.
 */
export async function untilUnchanged<Result>(attempt: () => Promise<Result | undefined>): Promise<Result> {
  for (let round = 0; round < mostRounds; round += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new AdminError('changed_meanwhile', 'the record was changed by others again and again: try once more');
}
