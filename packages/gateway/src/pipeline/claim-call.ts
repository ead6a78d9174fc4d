import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { formatUsd, GatewayError, StoreError, type CallClaims, type ClaimResult, type NamedCall } from '@tollgate/core';
import type { Ended } from './log-request.ts';
import type { Authenticated, Reserved, Routed } from './stages.ts';

export interface ClaimingParts {
  readonly claims: CallClaims;
  readonly onStoreFailure: (error: StoreError) => void;
}

/** Whether the caller has named its call, with `Idempotency-Key`. */
export const isNamed = (request: IncomingMessage): boolean => request.headers['idempotency-key'] !== undefined;

/**
 * Makes a named call this request's own, or says what became of it. Before the reservation, so that a repeat uses up
 * nothing; a round trip that calls without a name do not have.
 */
export async function claimCall(routed: Routed, { claims }: ClaimingParts): Promise<void> {
  assertName(routed.request);
  const named = namedCall(routed);
  if (named === undefined) return;
  const print = createHash('sha256').update(routed.endpoint).update(routed.call.body.raw).digest('base64url');
  const result = await claims.claim(named, { requestId: routed.requestId, print });
  if (result.kind === 'taken') throw repeated(result);
}

/** How it ended, for whoever repeats it. Not waited for. */
export function finishClaim(reserved: Reserved, { ending, charge }: Ended, parts: ClaimingParts): void {
  const named = namedCall(reserved);
  if (named === undefined) return;
  const { outcome = 'failed', status } = ending;
  const ended = { outcome, status, costUsd: formatUsd(charge?.costNanoUsd ?? 0n) };
  parts.claims.finish(named, reserved.requestId, ended).catch(failed(parts));
}

/** The call was refused before it was made, so that it may be tried again. Not waited for. */
export function releaseClaim(stage: Authenticated, parts: ClaimingParts): void {
  const named = namedCall(stage);
  if (named !== undefined) parts.claims.release(named, stage.requestId).catch(failed(parts));
}

const shape = /^[!-~]{1,255}$/;

function assertName(request: IncomingMessage): void {
  if (shape.test(String(request.headers['idempotency-key']))) return;
  throw new GatewayError('invalid_field', {
    message: '`idempotency-key` has to be 1 to 255 printable characters without spaces.',
    param: 'idempotency-key',
  });
}

function namedCall({ request, caller }: Authenticated): NamedCall | undefined {
  const name = request.headers['idempotency-key'];
  if (typeof name !== 'string' || !shape.test(name)) return undefined;
  return { shard: caller.tenant.shard, scopeId: caller.key.scopeId, name };
}

function repeated({ isSame, requestId, ended }: Extract<ClaimResult, { kind: 'taken' }>): GatewayError {
  const param = 'idempotency-key';
  if (!isSame) {
    return new GatewayError('idempotency_key_reused', {
      message: `This Idempotency-Key was given to another call (request ${requestId}). Give each call one of its own.`,
      param,
    });
  }
  if (ended === undefined) {
    return new GatewayError('call_in_flight', {
      message: `This call is being made already (request ${requestId}).`,
      param,
    });
  }
  return new GatewayError('call_already_made', {
    message: `This call was made before (request ${requestId}): ${ended.outcome}, status ${ended.status}, cost $${ended.costUsd}. Its answer is not kept; to make it again give it another Idempotency-Key.`,
    param,
  });
}

const failed =
  ({ onStoreFailure }: ClaimingParts) =>
  (error: unknown): void => {
    if (!(error instanceof StoreError)) throw error;
    onStoreFailure(error);
  };
