import type { NanoUsd, Usage } from '@tollgate/core';
import type { ProviderName } from '../call/ask.ts';
import type { EndpointName } from '../call/endpoint.ts';
import type { BilledUnits } from './billed.ts';
import type { CredentialMark } from './credential-mark.ts';

/**
 * - `completed`: everything was written, an error answer included.
 * - `client_gone`: the client left first.
 * - `broken_off`: the simulator ended the connection, as a fault told it to.
 */
export type CallEnding = 'completed' | 'client_gone' | 'broken_off';

/** One call, once it has ended: what was answered to whom, and what that cost. */
export interface LedgerEntry {
  /** Counts calls in the order of their arrival, from 1. */
  readonly sequence: number;
  readonly provider: ProviderName;
  readonly endpoint: EndpointName;
  /** As asked for; empty where the request named none. */
  readonly model: string;
  readonly credential: CredentialMark;
  readonly requestId: string;
  /** The answer's id without the provider's prefix; a chat's is `chatcmpl-` or `gen-`, a message's `msg_` and this. */
  readonly answerId: string;
  /** Null where not even headers were sent. */
  readonly status: number | null;
  readonly stream: boolean;
  readonly fault: string | null;
  readonly replayed: boolean;
  readonly ended: CallEnding;
  /** What was charged; a broken off stream is charged for what was sent of it. */
  readonly usage: Usage;
  /** What was charged by other measures than tokens and images. */
  readonly units: BilledUnits;
  readonly costNanoUsd: NanoUsd;
  /** Events with content that were written. */
  readonly contentEvents: number;
  readonly bytesSent: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly requestHeaderNames: readonly string[];
  /** Kept only where the simulator was started with `keepBodies`. */
  readonly requestBody: string | undefined;
}
