import type { ScopeKind } from './limits.ts';
import type { Shard } from './shard.ts';

/** Which numbers of one producer a shard has applied: all up to `mark`, and those ahead of it. */
export interface AppliedNumbers {
  readonly mark: number;
  readonly ahead: ReadonlySet<number>;
}

/**
 * - `whole`: the shard's ledger has all that nodes can give back to it.
 * - `recovering`: the server restarted or was replaced. Hard budgets admit nothing until every node had the time of
 *   a lease to renew its calls, and none says that it still has settlements to send again.
 */
export interface LedgerState {
  readonly kind: 'whole' | 'recovering';
  /** The server's run: another one after each restart and fail-over. */
  readonly run: string;
}

/** Calls of a key or tenant that were admitted while the store was away. */
export interface WindowUse {
  readonly kind: ScopeKind;
  readonly scopeId: string;
  readonly requests: number;
  readonly tokens: number;
  readonly tokensPerMinute: number | undefined;
}

/** How nodes give back to the store what it lost. All methods reject with `StoreError` where the store cannot do it. */
export interface LedgerRecovery {
  applied(shard: Shard, producerId: string): Promise<AppliedNumbers>;
  /** `busy`: this node still has something to give back, so that recovery takes at least `leaseMs` from now. */
  rejoin(shard: Shard, node: { readonly leaseMs: number; readonly busy: boolean }): Promise<LedgerState>;
  /** Counts calls into the windows as if they came now. Sent twice, they count twice, until a minute has passed. */
  chargeWindow(shard: Shard, use: WindowUse): Promise<void>;
}

/** Which nodes are alive. */
export interface NodeRegistry {
  /** This node lives for at least `livesMs` more. Returns how many do. */
  beat(nodeId: string, livesMs: number): Promise<number>;
  leave(nodeId: string): Promise<void>;
}
