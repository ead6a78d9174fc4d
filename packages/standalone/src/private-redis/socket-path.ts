import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the kernel takes as a socket's path ends at 108 bytes on Linux and 104 on macOS. */
const longestSocketPath = 100;

/**
 * Where the server of a data directory listens: in it, or under the temporary directory where that path is
 * too long for a socket or would need escaping in an address. The same each time, so that a server which
 * was left behind is found.
 */
export function socketPathFor(dataDirectory: string): string {
  const path = join(dataDirectory, 'redis.sock');
  if (path.length <= longestSocketPath && /^[\w/.-]+$/.test(path)) return path;
  const name = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 16);
  return join(tmpdir(), `tollgate-${name}`, 'redis.sock');
}
