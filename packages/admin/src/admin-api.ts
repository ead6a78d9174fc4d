import { isJsonObject, type JsonObject } from '@tollgate/core';
import { AdminError } from './admin-error.ts';
import type { AdminContext } from './context.ts';
import type { AdminOperation } from './operation.ts';
import { adminOperations } from './operations.ts';

/** A request under `/admin/v1`, once its sender has shown the admin token. */
export interface AdminRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** As in the address, without the question mark. */
  readonly query?: string | undefined;
  /** The parsed JSON body; undefined where there was none. */
  readonly body: unknown;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The body of an answer to a request that failed. */
export interface AdminErrorBody {
  readonly error: { readonly message: string; readonly code: string };
}

export const adminErrorBody = (error: AdminError): AdminErrorBody => ({
  error: { message: error.message, code: error.code },
});

/** Answers a request of the admin API. Rejects only with what nobody foresaw. */
export async function answerAdminRequest(context: AdminContext, request: AdminRequest): Promise<AdminAnswer> {
  try {
    const { operation, parameters } = findOperation(request);
    const given = request.method === 'GET' ? readQuery(request.query ?? '') : request.body;
    const output = await operation.execute(context, { ...readMembers(given, parameters), ...parameters });
    return { status: operation.successStatus, body: output };
  } catch (error) {
    if (error instanceof AdminError) return { status: error.status, body: adminErrorBody(error) };
    throw error;
  }
}

/** Where a call of the operation goes, query included, and what is left of its input for the body. A query has text only. */
export function addressOperation(
  operation: AdminOperation,
  input: object,
): { readonly path: string; readonly body: Readonly<Record<string, unknown>> } {
  const members = new Map<string, unknown>(Object.entries(input));
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = String(members.get(name));
    members.delete(name);
    return encodeURIComponent(value);
  });
  if (operation.method !== 'GET') return { path, body: Object.fromEntries(members) };
  const query = new URLSearchParams();
  for (const [name, value] of members) if (typeof value === 'string') query.set(name, value);
  return { path: query.size === 0 ? path : `${path}?${query.toString()}`, body: {} };
}

/** A query as the members of an input, all of them text. */
function readQuery(query: string): JsonObject {
  const members = [...new URLSearchParams(query)];
  const names = members.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return Object.fromEntries(members);
  throw new AdminError('invalid_input', `\`${twice}\` stands twice in the query: give it once`);
}

type Parameters = Readonly<Record<string, string>>;

function findOperation({ method, path }: AdminRequest): { operation: AdminOperation; parameters: Parameters } {
  for (const operation of Object.values<AdminOperation>(adminOperations)) {
    if (operation.method !== method) continue;
    const parameters = matchPath(operation.path, path);
    if (parameters !== undefined) return { operation, parameters };
  }
  throw new AdminError('unknown_operation', `the admin API has no ${method} ${path}`);
}

function matchPath(pattern: string, path: string): Parameters | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    const text = given[index] ?? '';
    if (step.startsWith(':')) parameters[step.slice(1)] = decode(text);
    else if (step !== text) return undefined;
  }
  return parameters;
}

/** What cannot be decoded stays as it is, and no name or id allows it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readMembers(body: unknown, parameters: Parameters): object {
  if (body === undefined) return {};
  if (!isJsonObject(body)) throw new AdminError('invalid_input', 'the body has to be a JSON object');
  const twice = Object.keys(parameters).find((name) => name in body);
  if (twice === undefined) return body;
  throw new AdminError('invalid_input', `\`${twice}\` stands in the path: leave it out of the body`);
}
