import { createHash } from 'node:crypto';

/**
 * Text that a client carries without reading it, and that is checked when it comes back: signatures of thinking,
 * encrypted reasoning. It holds the text itself, so that any simulator can check it.
 */
export function sealText(text: string): string {
  return Buffer.from(`${checksum(text)}${text}`).toString('base64url');
}

/** The text, or undefined where it was not sealed here or was changed. */
export function openSealed(sealed: string): string | undefined {
  const opened = Buffer.from(sealed, 'base64url').toString('utf8');
  const text = opened.slice(checksumLength);
  return opened.slice(0, checksumLength) === checksum(text) ? text : undefined;
}

const checksumLength = 16;
const checksum = (text: string): string =>
  createHash('sha256').update('simulated').update(text).digest('base64url').slice(0, checksumLength);
