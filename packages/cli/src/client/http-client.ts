import { addressOperation, AdminError, adminErrorCatalogue, type AdminErrorCode } from '@tollgate/admin';
import { isJsonObject, tryParseJson, type JsonValue, type Secret } from '@tollgate/core';
import got, { RequestError, type Method } from 'got';
import { CommandFailure } from '../failure.ts';
import type { AdminClient } from './admin-client.ts';

export interface HttpClientOptions {
  /** Of the operator port. */
  readonly url: string;
  readonly token: Secret;
}

interface HttpAnswer {
  readonly status: number;
  readonly body: JsonValue | undefined;
}

/** Operations over the admin API of a running gateway. */
export function createHttpClient(options: HttpClientOptions): AdminClient {
  const { origin } = new URL(options.url);
  return {
    call: async (operation, input) => {
      const { path, body } = addressOperation(operation, input);
      const answer = await send(options, { method: operation.method, path, body });
      if (answer.status !== operation.successStatus) throw failureOf(origin, answer);
      const output = operation.output.safeParse(answer.body);
      if (output.success) return output.data;
      throw new CommandFailure(`${origin} answers, but not as an admin API of this release does`);
    },
    close: () => Promise.resolve(),
  };
}

interface HttpRequest {
  readonly method: Method;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A redirect could carry the token elsewhere, and a repeated POST could make two keys: neither is done. */
async function send({ url, token }: HttpClientOptions, { method, path, body }: HttpRequest): Promise<HttpAnswer> {
  const address = new URL(path, url);
  try {
    const response = await got(address, {
      method,
      headers: { authorization: `Bearer ${token.reveal()}` },
      ...(method === 'GET' ? {} : { json: body }),
      followRedirect: false,
      throwHttpErrors: false,
      timeout: { connect: 3000, request: 15_000 },
      retry: { limit: 0 },
    });
    return { status: response.statusCode, body: tryParseJson(response.body) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new CommandFailure(
      `no answer from the admin API at ${address.origin} (${error.code}): start the gateway, ` +
        'set TOLLGATE_ADMIN_URL to where it is, or set REDIS_URL to talk to its Redis',
    );
  }
}

const isErrorCode = (code: unknown): code is AdminErrorCode =>
  typeof code === 'string' && Object.hasOwn(adminErrorCatalogue, code);

function failureOf(origin: string, { status, body }: HttpAnswer): Error {
  if (status === 401 || status === 403) {
    return new CommandFailure(
      `the admin API at ${origin} refuses the token: set TOLLGATE_ADMIN_TOKEN to the one the gateway was started with`,
    );
  }
  const error = isJsonObject(body) ? body['error'] : undefined;
  const { message, code } = isJsonObject(error) ? error : {};
  if (typeof message !== 'string')
    return new CommandFailure(`${origin} answers with ${status}, and not as an admin API`);
  return isErrorCode(code) ? new AdminError(code, message) : new CommandFailure(message);
}
