import type { Endpoint, ScopeStanding, Target } from '@tollgate/core';
import { dialectOf } from './dialect.ts';

/** Headers of ours that every answer carries, as far as they are known when it begins. They replace the provider's. */
export function answerHeaders(facts: {
  /** Undefined: a path that is served to nobody. */
  readonly endpoint: Endpoint | undefined;
  readonly requestId: string;
  readonly nowMs: number;
  readonly standings: readonly ScopeStanding[];
  readonly target: Target | undefined;
  readonly attempts: number;
  /** The output cap that is in force in place of the caller's. */
  readonly outputCapTokens?: number | undefined;
  /** Fields of the call that the answering provider has nothing like. */
  readonly droppedFields?: readonly string[];
  /** This node is draining: the client is to take another connection. */
  readonly closing: boolean;
}): Record<string, string> {
  const dialect = dialectOf(facts.endpoint);
  const headers = dialect.limitHeaders(facts.standings, facts.nowMs);
  headers['x-request-id'] = facts.requestId;
  if (dialect.requestIdHeader !== undefined) headers[dialect.requestIdHeader] = facts.requestId;
  if (facts.target !== undefined) {
    headers['x-tollgate-target'] = `${facts.target.provider}/${facts.target.providerModel}`;
  }
  if (facts.attempts > 0) headers['x-tollgate-attempts'] = String(facts.attempts);
  if (facts.outputCapTokens !== undefined) headers['x-tollgate-output-cap'] = String(facts.outputCapTokens);
  if (facts.droppedFields !== undefined && facts.droppedFields.length > 0) {
    headers['x-tollgate-dropped'] = facts.droppedFields.map(headerSafe).join(', ');
  }
  if (facts.closing) headers['connection'] = 'close';
  return headers;
}

/** Field names come from the caller's body. */
const headerSafe = (name: string): string => name.slice(0, 64).replaceAll(/[^\w.[\]-]/g, '_');
