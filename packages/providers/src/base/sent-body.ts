import { editJsonBody, type JsonBody, type JsonValue } from '@tollgate/core';
import type { WireRequest } from './adapter.ts';

export type SentBody = Pick<WireRequest, 'body' | 'isOwnBody'>;

/** The caller's body with members set or, for undefined, removed. */
export const editedBody = (
  body: JsonBody,
  edits: readonly (readonly [member: string, value: JsonValue | undefined])[],
): SentBody =>
  edits.length === 0 ? { body: body.raw } : { body: editJsonBody(body, new Map(edits)), isOwnBody: true };

/** What was translated. */
export const ownBody = (value: object): SentBody => ({
  body: Buffer.from(JSON.stringify(value)),
  isOwnBody: true,
});
