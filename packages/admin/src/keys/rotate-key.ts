import * as z from 'zod';
import type { KeyRecord } from '@tollgate/core';
import { AdminError } from '../admin-error.ts';
import { durationField, expiryField, keyIdField } from '../fields/schemas.ts';
import { defineOperation } from '../operation.ts';
import { untilUnchanged } from '../until-unchanged.ts';
import { expiryFrom, requireKey } from './key-operations.ts';
import { isoTime, mintedKeyView, viewMintedKey } from './key-view.ts';
import { mintKey } from './mint-key.ts';

/** How long the old key stays valid beside the new one, so that callers can change over without a gap. */
const defaultOverlapMs = 24 * 3_600_000;

export const rotateKey = defineOperation({
  name: 'rotate_key',
  method: 'POST',
  path: '/admin/v1/keys/:id/rotate',
  successStatus: 201,
  input: z.strictObject({ id: keyIdField, overlap: durationField.optional(), expires: expiryField.optional() }),
  output: z.object({
    ...mintedKeyView.shape,
    replaces: z.string(),
    /** Null: the old key ended with the rotation. */
    replaced_key_expires_at: z.string().nullable(),
  }),
  run: (context, input) =>
    untilUnchanged(async () => {
      const old = await requireKey(context, input.id);
      refuseUnlessRotatable(old);
      const nowMs = context.clock.nowMs();
      const { text, fields } = mintKey(context, old.shard);
      const successor: KeyRecord = {
        ...old,
        ...fields,
        version: 1,
        createdAtMs: nowMs,
        expiresAtMs: expiryFrom(nowMs, input.expires === undefined ? lifetimeOf(old) : input.expires),
      };
      const replaced = endAfterOverlap(old, nowMs, input.overlap ?? defaultOverlapMs);
      if (!(await context.store.rotateKey({ ...replaced, rotatedTo: successor.keyId }, successor))) return undefined;
      return {
        ...viewMintedKey(successor, text),
        replaces: old.keyId,
        replaced_key_expires_at:
          replaced.status === 'revoked' || replaced.expiresAtMs === undefined ? null : isoTime(replaced.expiresAtMs),
      };
    }),
});

function refuseUnlessRotatable(key: KeyRecord): void {
  if (key.rotatedTo !== undefined) {
    throw new AdminError(
      'key_already_rotated',
      `key \`${key.keyId}\` was rotated to \`${key.rotatedTo}\`: rotate that one`,
    );
  }
  if (key.status === 'revoked') {
    throw new AdminError('key_revoked', `key \`${key.keyId}\` is revoked: create a new one`);
  }
}

/** Without an overlap it is revoked: an expiry of now would depend on whose clock is asked. An earlier expiry of its own stays. */
function endAfterOverlap(key: KeyRecord, nowMs: number, overlapMs: number): KeyRecord {
  const version = key.version + 1;
  if (overlapMs === 0) return { ...key, version, status: 'revoked' };
  return { ...key, version, expiresAtMs: Math.min(key.expiresAtMs ?? Number.POSITIVE_INFINITY, nowMs + overlapMs) };
}

/** A key made for 90 days is replaced by one for 90 days. */
const lifetimeOf = (key: KeyRecord): number | undefined =>
  key.expiresAtMs === undefined ? undefined : key.expiresAtMs - key.createdAtMs;
