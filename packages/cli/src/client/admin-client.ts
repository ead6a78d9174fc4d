import type { AdminOperation } from '@tollgate/admin';

/** Runs administrative operations, wherever they run. Rejects with `AdminError` or `CommandFailure`. */
export interface AdminClient {
  call<Input extends object, Output>(operation: AdminOperation<Input, Output>, input: Input): Promise<Output>;
  close(): Promise<void>;
}
