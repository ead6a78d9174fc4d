import type { AdmissionStore, KeyStore, LedgerRecovery, NodeRegistry } from '@tollgate/core';

/** What all nodes share, or for a single process its own memory. */
export interface Store {
  readonly admission: AdmissionStore;
  readonly keys: KeyStore;
  readonly ledger: LedgerRecovery;
  readonly nodes: NodeRegistry;
  /** Resolves when the store serves, else rejects with StoreError. */
  ping(): Promise<void>;
  /** Whether it can be reached within so many ms. */
  whenReady(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}
