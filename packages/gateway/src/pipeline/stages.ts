import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AdmitScope, Call, Caller, Endpoint, NanoUsd, Reservation, Route, ScopeStanding } from '@tollgate/core';
import type { RequestTrace } from '@tollgate/telemetry';
import type { PresentedKey } from '../admission/caller-directory.ts';
import type { InputExtent } from '../admission/input-bound.ts';
import type { HeldBytes } from '../http/body-budget.ts';
import type { CallEnd } from './call-end.ts';

/**
 * The request's way through the pipeline, as types: each step takes what the step before returned and
 * adds to it, so a call cannot be made that was not admitted, nor admitted that was not authenticated.
 */
export interface Arrived {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly endpoint: Endpoint;
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  /** The caller's. */
  readonly traceparent: string | undefined;
  /** Undefined: this request is not traced. */
  readonly trace: RequestTrace | undefined;
  readonly peerAddress: string;
  readonly arrivedAtMs: number;
  /** Monotonic. */
  readonly startedMs: number;
  /** Aborted when the client closes its connection, or this node has to end the call. */
  readonly ended: CallEnd;
}

export interface Authenticated extends Arrived {
  readonly key: PresentedKey;
  readonly caller: Caller;
}

export interface Read extends Authenticated {
  readonly call: Call;
  readonly tags: Readonly<Record<string, string>>;
  /** Of its bodies. */
  readonly held: HeldBytes;
}

export interface Routed extends Read {
  readonly route: Route;
}

export interface Reserved extends Routed {
  readonly scopes: readonly AdmitScope[];
  readonly reservation: Reservation;
  standings: readonly ScopeStanding[];
  /** Sent to providers in place of the call's own, where a hard budget needs one or leaves money only for less. */
  readonly outputCapTokens: number | undefined;
  /** Of the input, where what the call costs is bounded. */
  readonly extent: InputExtent | undefined;
  /** What an attempt was expected to cost. */
  readonly likelyNanoUsd: NanoUsd;
}

/** What was said by now, or is easily made again, is not kept for as long as an answer streams. */
export function letGo(stage: Reserved): void {
  stage.standings = [];
  stage.reservation.escapedTerms = undefined;
  // No other attempt will be made, and whoever says the call in another protocol has read all of it.
  stage.call.longBody?.release();
}

export type Stage = Arrived | Authenticated | Read | Routed | Reserved;
