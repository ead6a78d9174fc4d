import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Secret } from './secret.ts';
import { shardCount, type Shard } from './shard.ts';

/**
 * `tg_live_<shard, 2 digits><id, 12>_<secret, 43>_<crc, 6>`, base62 but for the shard.
 * The shard tells where the key's record lies, so that a node finds it without a directory; the
 * checksum lets a mistyped or made-up key be refused with no I/O, and lets scanners spot a leak.
 */
export interface GatewayKeyParts {
  readonly keyId: string;
  readonly shard: Shard;
}

/** One version of the HMAC key that digests are made with. The first configured one mints. */
export interface Pepper {
  readonly version: string;
  readonly secret: Secret;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const shape = /^tg_live_((\d{2})[0-9A-Za-z]{12})_[0-9A-Za-z]{43}_([0-9A-Za-z]{6})$/;

const randomBase62 = (length: number): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < 6; place += 1) {
    digits = alphabet.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** A new key in the given shard; 43 base62 digits are 256 random bits. */
export function mintGatewayKey(shard: Shard): { keyId: string; text: string } {
  const keyId = shard + randomBase62(12);
  const body = `tg_live_${keyId}_${randomBase62(43)}`;
  return { keyId, text: `${body}_${checksum(body)}` };
}

/** The parts of a well-formed key with a right checksum, else undefined. No I/O, no allocation for garbage. */
export function parseGatewayKey(text: string): GatewayKeyParts | undefined {
  if (text.length !== 73) return undefined;
  const match = shape.exec(text);
  const [, keyId, shard, crc] = match ?? [];
  if (keyId === undefined || shard === undefined || crc === undefined) return undefined;
  if (Number(shard) >= shardCount) return undefined;
  return checksum(text.slice(0, -7)) === crc ? { keyId, shard } : undefined;
}

/** Where the record of a key with this id lies, or undefined where it cannot be a key's id. */
export function parseKeyId(text: string): GatewayKeyParts | undefined {
  if (!/^\d{2}[0-9A-Za-z]{12}$/.test(text)) return undefined;
  const shard = text.slice(0, 2);
  return Number(shard) < shardCount ? { keyId: text, shard } : undefined;
}

/** HMAC-SHA-256 of the whole key, hex. A fast hash is right: a 256-bit random secret cannot be guessed. */
export const digestGatewayKey = (text: string, pepper: Pepper): string =>
  createHmac('sha256', pepper.secret.reveal()).update(text).digest('hex');

/** Compares two digests in constant time. */
export function digestsEqual(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === 32 && right.length === 32 && timingSafeEqual(left, right);
}
