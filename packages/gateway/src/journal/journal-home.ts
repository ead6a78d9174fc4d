import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { isAbsolute, join, relative } from 'node:path';

/** The part of a journal directory that is this process'. */
export interface JournalHome {
  /** Holds a folder for each producer. */
  readonly directory: string;
  /** Producers of dead processes, now this one's. */
  readonly adopted: readonly string[];
  readonly quarantinePath: string;
  leave(): Promise<void>;
}

const aliveSuffix = '.alive';
/** Longer names of sockets are cut off by the kernel. */
const maxSocketPath = 100;

/**
 * Makes room for this process and takes over what dead ones left. A process is alive while its socket, `<name>.alive`,
 * takes connections: that holds across containers that share the directory, where process ids say nothing. A folder
 * changes hands by a rename, which succeeds for one process alone. Rejects where the directory cannot be used.
 */
export async function settleIn(directory: string): Promise<JournalHome> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = randomBytes(6).toString('hex');
  // The socket comes first: a folder without one counts as dead.
  const release = await showAlive(join(directory, `${name}${aliveSuffix}`));
  const own = join(directory, name);
  mkdirSync(own, { mode: 0o700 });
  const adopted: string[] = [];
  for (const other of foldersIn(directory)) {
    if (other !== name && !(await isAlive(join(directory, `${other}${aliveSuffix}`)))) {
      adopted.push(...moveProducers(join(directory, other), own));
      rmSync(join(directory, `${other}${aliveSuffix}`), { force: true });
    }
  }
  return {
    directory: own,
    adopted,
    quarantinePath: join(directory, 'quarantine.ndjson'),
    leave: async () => {
      await release();
      removeIfEmpty(own);
    },
  };
}

const foldersIn = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

function moveProducers(from: string, to: string): readonly string[] {
  const moved = unlessGone(() => foldersIn(from)) ?? [];
  const mine = moved.filter((producer) =>
    unlessGone(() => (renameSync(join(from, producer), join(to, producer)), true)),
  );
  removeIfEmpty(from);
  return mine;
}

/** Undefined where another process was faster. */
function unlessGone<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'ENOTEMPTY')) throw error;
  }
}

async function showAlive(path: string): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.destroy());
  server.listen(socketPath(path)).unref();
  await once(server, 'listening');
  return async () => {
    server.close();
    await once(server, 'close');
  };
}

async function isAlive(path: string): Promise<boolean> {
  const socket = connect(socketPath(path));
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    // Any other failure does not prove a death.
    return !isCode(error, 'ECONNREFUSED') && !isCode(error, 'ENOENT');
  } finally {
    socket.destroy();
  }
}

function socketPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  const shorter = isAbsolute(path) && fromHere.length < path.length ? fromHere : path;
  if (shorter.length <= maxSocketPath) return shorter;
  throw new Error(`the journal directory's path is too long: ${path}`);
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
