import { setTimeout as sleep } from 'node:timers/promises';
import { askRedis } from './ask-redis.ts';

/** Another process uses the server of this folder. */
export class ServerInUseError extends Error {
  override readonly name = 'ServerInUseError';
}

/**
 * Ends the server that a killed run left behind, so that its data has one writer again. A server whose
 * owner lives has that owner's connections; those of an owner that was killed went with it.
 */
export async function stopOrphan(socketPath: string): Promise<'none' | 'stopped'> {
  const clients = await askRedis(socketPath, 'CLIENT LIST');
  if (clients === undefined) return 'none';
  const others = [...clients.matchAll(/^id=/gm)].length - 1;
  if (others > 0) {
    throw new ServerInUseError(
      `another \`npm start\` of this folder uses its Redis (${others} connections): stop it first`,
    );
  }
  await askRedis(socketPath, 'SHUTDOWN');
  while ((await askRedis(socketPath, 'PING')) !== undefined) await sleep(20);
  return 'stopped';
}
