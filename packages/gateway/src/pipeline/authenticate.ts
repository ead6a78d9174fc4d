import { GatewayError, type Caller, type Clock } from '@tollgate/core';
import type { CallerDirectory, PresentedKey } from '../admission/caller-directory.ts';
import type { AuthenticationGuard } from '../http/authentication-guard.ts';
import { addressGroup } from '../http/peer-address.ts';
import { presentedKey, rejectRepeatedHeaders } from '../http/request-headers.ts';
import type { Arrived, Authenticated } from './stages.ts';

export interface AuthenticationParts {
  readonly directory: CallerDirectory;
  readonly guard: AuthenticationGuard;
  readonly clock: Clock;
}

/**
 * Step 1: headers to caller. Costs nothing for a key that this node has seen: `admit` checks it again.
 * A key seen for the first time costs one round trip, before the body is read. Status and expiry are
 * not judged by what is remembered, since they may have changed.
 */
export function authenticate(arrived: Arrived, parts: AuthenticationParts): Authenticated | Promise<Authenticated> {
  rejectRepeatedHeaders(arrived.request);
  const text = presentedKey(arrived.request);
  const key = parts.directory.parse(text);
  const remembered = key === undefined ? undefined : parts.directory.remembered(key);
  if (key !== undefined && remembered !== undefined) return { ...arrived, key, caller: remembered };
  return identified(arrived, key, parts);
}

/** As `authenticate`, but by what the store says now; for what is answered without `admit`. */
export function authenticateFresh(arrived: Arrived, parts: AuthenticationParts): Promise<Authenticated> {
  rejectRepeatedHeaders(arrived.request);
  return identified(arrived, parts.directory.parse(presentedKey(arrived.request)), parts);
}

const identified = async (
  arrived: Arrived,
  key: PresentedKey | undefined,
  parts: AuthenticationParts,
): Promise<Authenticated> => ({ ...arrived, ...(await identifyNow(arrived, key, parts)) });

async function identifyNow(
  arrived: Arrived,
  key: PresentedKey | undefined,
  parts: AuthenticationParts,
): Promise<{ key: PresentedKey; caller: Caller }> {
  const address = addressGroup(arrived.peerAddress);
  await parts.guard.assertOpen(address);
  const unknown = key === undefined || parts.directory.knownToBeUnknown(key);
  const caller = unknown ? undefined : await parts.directory.identify(key);
  if (key === undefined || caller === undefined) {
    await parts.guard.recordFailure(address);
    throw invalidKey();
  }
  assertUsable(caller, parts.clock.nowMs());
  return { key, caller };
}

/** Throws for a key that is revoked or expired, or whose tenant is suspended. */
export function assertUsable(caller: Caller, nowMs: number): void {
  if (caller.key.status === 'revoked' || caller.tenant.status === 'suspended') throw invalidKey();
  if (caller.key.expiresAtMs !== undefined && caller.key.expiresAtMs <= nowMs) throw expiredKey();
}

/** One answer for every key that is not valid, so that nothing is told about keys that exist. */
export const invalidKey = (): GatewayError =>
  new GatewayError('invalid_key', {
    message: 'The gateway key is not valid. Check that it was copied whole and has not been revoked.',
  });

export const expiredKey = (): GatewayError =>
  new GatewayError('expired_key', { message: 'The gateway key has expired. Ask your operator for a new one.' });
