import { Secret, type Pepper } from '@tollgate/core';
import { isRedisUrl, redisUrlHint } from '../build/redis-url.ts';
import { isWebAddress, notWebAddress } from '../build/web-address.ts';

/** A variable's text as a value, or what is wrong with it; never the text itself, which may be a secret. */
export type Parsed<Value> = { readonly value: Value } | { readonly fault: string };

const minSecretCharacters = 16;

export function parsePort(text: string): Parsed<number> {
  const value = Number(text);
  return /^\d{1,5}$/.test(text) && value <= 65535
    ? { value }
    : { fault: 'has to be a port from 0 (any free one) to 65535' };
}

export function parseWorkers(text: string): Parsed<number> {
  const value = Number(text);
  return /^\d{1,3}$/.test(text) && value >= 1 ? { value } : { fault: 'has to be a number of processes from 1 to 999' };
}

export const parseCommit = (text: string): Parsed<string> =>
  /^[\w.-]{1,64}$/.test(text)
    ? { value: text }
    : { fault: 'has to be a commit: 1 to 64 letters, digits, `.`, `_` or `-`' };

export const parsePath = (text: string): Parsed<string> => ({ value: text });

export const parseRedisUrl = (text: string): Parsed<Secret> =>
  isRedisUrl(text) ? { value: new Secret(text) } : { fault: redisUrlHint };

export const parseWebAddress = (text: string): Parsed<string> =>
  isWebAddress(text) ? { value: text } : { fault: notWebAddress };

export const parseToken = (text: string): Parsed<Secret> =>
  text.length >= minSecretCharacters
    ? { value: new Secret(text) }
    : { fault: `is too short to be safe: use at least ${minSecretCharacters} random characters` };

/** `v2:…,v1:…`: versions and secrets, the one that mints first. */
export function parsePeppers(text: string): Parsed<readonly Pepper[]> {
  const peppers: Pepper[] = [];
  for (const [index, part] of text.split(',').entries()) {
    const [, version, secret] = /^\s*([A-Za-z0-9_.-]{1,32}):(.*?)\s*$/s.exec(part) ?? [];
    if (version === undefined || secret === undefined) {
      return { fault: `has to be \`v1:…\`, or several with commas between (\`v2:…,v1:…\`); entry ${index + 1} is not` };
    }
    if (secret.length < minSecretCharacters) {
      return {
        fault: `pepper \`${version}\` is too short to be safe: use at least ${minSecretCharacters} random characters`,
      };
    }
    if (peppers.some((pepper) => pepper.version === version)) {
      return { fault: `version \`${version}\` stands twice: each pepper needs a version of its own` };
    }
    peppers.push({ version, secret: new Secret(secret) });
  }
  return { value: peppers };
}
