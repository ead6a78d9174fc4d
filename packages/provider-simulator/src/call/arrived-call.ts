import type { UploadedForm } from '../http/read-form.ts';
import type { CredentialMark } from '../ledger/credential-mark.ts';
import type { AnswerContext, RequestHeaders } from '../providers/voice.ts';
import type { Endpoint } from './endpoint.ts';

/** A request that was read to its end. */
export interface ArrivedCall {
  readonly endpoint: Endpoint;
  /** What stood in the path for its `{names}`. */
  readonly pathNames: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly id: string;
  readonly requestId: string;
  readonly nowMs: number;
  readonly headers: RequestHeaders;
  readonly credential: CredentialMark;
  /** Undefined where it was larger than allowed. */
  readonly body: Buffer | undefined;
  /** Where the endpoint takes a form and the body is one. */
  readonly form: UploadedForm | undefined;
}

export const contextOf = ({ id, requestId, nowMs }: ArrivedCall, model: string): AnswerContext => ({
  id,
  requestId,
  model,
  nowMs,
});
