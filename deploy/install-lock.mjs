import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `action` while no other process does so with the same directory; waits for one that does.
 * The lock is a file with its owner's pid, so that one whose owner was killed is taken over.
 *
 * @param {string} directory made if absent
 * @param {() => unknown} action synchronous
 */
export async function withInstallLock(directory, action) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = join(directory, 'install.lock');
  while (!tryLock(lock)) {
    const owner = ownerOf(lock);
    if (owner !== undefined && !isAlive(owner)) takeAway(lock, owner);
    else await sleep(50);
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    action();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** A hard link appears together with its content, so nobody reads a lock without its owner. @param {string} lock */
function tryLock(lock) {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @param {string} lock @returns {number | undefined} undefined where it is gone by now */
function ownerOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Removes a dead owner's lock. Another process may do the same at this moment and even have locked
 * anew: what was renamed is looked at again, and put back if it is not the dead one's.
 *
 * @param {string} lock
 * @param {number} deadOwner
 */
function takeAway(lock, deadOwner) {
  const renamed = `${lock}.dead.${process.pid}`;
  try {
    renameSync(lock, renamed);
    if (ownerOf(renamed) !== deadOwner) linkSync(renamed, lock);
  } catch {
    // Released or taken away in between: the next try sees how it stands.
  }
  rmSync(renamed, { force: true });
}
