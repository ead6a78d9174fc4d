import type {
  AdmissionStore,
  AlertOutbox,
  Books,
  CallClaims,
  KeptResponses,
  KeyStore,
  LedgerRecovery,
  NodeRegistry,
  UsageReport,
  UsageStream,
} from '@tollgate/core';

export const defaultMaxTagValues = 1000;

/** What all nodes share, or for a single process its own memory. */
export interface Store {
  readonly admission: AdmissionStore;
  /** The same, over a connection of its own: for what is sent again in bulk, so that admissions do not wait behind it. */
  readonly bulk: Pick<AdmissionStore, 'settle' | 'void'>;
  readonly keys: KeyStore;
  readonly ledger: LedgerRecovery;
  readonly nodes: NodeRegistry;
  readonly responses: KeptResponses;
  readonly claims: CallClaims;
  readonly stream: UsageStream;
  readonly report: UsageReport;
  readonly books: Books;
  readonly alerts: AlertOutbox;
  /** Resolves when the store serves, else rejects with StoreError. */
  ping(): Promise<void>;
  /** Whether it can be reached within so many ms. */
  whenReady(withinMs: number): Promise<boolean>;
  close(): Promise<void>;
}
