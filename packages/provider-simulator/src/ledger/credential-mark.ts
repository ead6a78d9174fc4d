import { createHash } from 'node:crypto';

/** Tells credentials apart without holding them. Null where none was sent. */
export interface CredentialMark {
  readonly sha256: string | null;
  readonly last4: string | null;
}

export const markCredential = (credential: string | undefined): CredentialMark =>
  credential === undefined
    ? { sha256: null, last4: null }
    : { sha256: createHash('sha256').update(credential).digest('hex'), last4: credential.slice(-4) };
