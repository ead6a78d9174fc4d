import type { CredentialMark } from '../ledger/credential-mark.ts';
import type { AnswerContext, ProviderSurface, RequestHeaders } from '../providers/surface.ts';

/** A request that was read to its end. */
export interface ArrivedCall {
  readonly surface: ProviderSurface;
  readonly id: string;
  readonly requestId: string;
  readonly nowMs: number;
  readonly headers: RequestHeaders;
  readonly credential: CredentialMark;
  /** Undefined where it was larger than allowed. */
  readonly body: Buffer | undefined;
}

export const contextOf = ({ id, requestId, nowMs }: ArrivedCall, model: string): AnswerContext => ({
  id,
  requestId,
  model,
  nowMs,
});
