import got, { HTTPError, RequestError } from 'got';
import type { Clock, DueAlert, Webhook } from '@tollgate/core';
import { signBody } from './sign-body.ts';

export type PostResult = { readonly kind: 'delivered' } | { readonly kind: 'failed'; readonly reason: string };

/** More than a receiver has to say; what is beyond it is not read. */
const mostAnswerBytes = 65_536;

/** All tries of one posting end within this, and a lease of an alert has to be longer. */
export const longestPostMs = 60_000;

export interface PostOptions {
  readonly webhook: Webhook;
  readonly clock: Clock;
  /** Ends the posting; whether the alert arrived is unknown then. */
  readonly signal: AbortSignal;
  readonly userAgent: string;
}

/** Posts an alert: three tries with back-off, no redirects. Never rejects. */
export async function postAlert(
  alert: DueAlert,
  { webhook, clock, signal, userAgent }: PostOptions,
): Promise<PostResult> {
  const tooLong = new AbortController();
  const posting = got.post(webhook.url.reveal(), {
    body: alert.text,
    headers: {
      'content-type': 'application/json',
      'user-agent': userAgent,
      'x-tollgate-alert-id': alert.id,
      'x-tollgate-signature': signBody(alert.text, webhook.secret, clock.nowMs()),
    },
    followRedirect: false,
    decompress: false,
    timeout: { lookup: 2000, connect: 3000, secureConnect: 3000, request: 10_000 },
    retry: { limit: 2, methods: ['POST'], backoffLimit: 5000, maxRetryAfter: 10_000 },
    signal: AbortSignal.any([signal, tooLong.signal, AbortSignal.timeout(longestPostMs)]),
  });
  void posting.on('downloadProgress', ({ transferred }) => {
    if (transferred > mostAnswerBytes) tooLong.abort();
  });
  try {
    const { statusCode } = await posting;
    // What is redirected was not taken, though got finds no fault with it.
    return statusCode < 300 ? { kind: 'delivered' } : { kind: 'failed', reason: `status ${statusCode}` };
  } catch (error) {
    return { kind: 'failed', reason: tooLong.signal.aborted ? 'the answer is too long' : reasonOf(error) };
  }
}

/** Never the error's message: it may hold the address, which may be a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof HTTPError) return `status ${error.response.statusCode}`;
  return error instanceof RequestError ? error.code : 'it could not be sent';
}
