import { AttemptError, GatewayError, isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';
import type { WireRequest } from './adapter.ts';
import type { ChatForm } from './translation.ts';

/** Which member of the caller's body each piece of a chat completion was made of. */
export class Origins {
  readonly #places = new WeakMap<JsonObject, string>();

  /** The same piece, whose place is known from here on. */
  note<Piece extends JsonObject>(piece: Piece, place: string): Piece {
    this.#places.set(piece, place);
    return piece;
  }

  placeOf(piece: JsonObject): string | undefined {
    return this.#places.get(piece);
  }
}

/** What members of a chat completion are called in a caller's protocol, as [chat, caller's], the more special first. */
export interface CallerNames {
  /** From the top; `[]` stands for any place in an array. */
  readonly fields: readonly (readonly [chat: string, callers: string])[];
  /** Within a message, a part or a call whose place is known; what is not here is left off. */
  readonly members: Readonly<Record<string, string>>;
}

/** Builds a request of a chat completion whose errors and dropped fields are named as the caller wrote them. */
export function inCallersWords(form: ChatForm, names: CallerNames, build: () => WireRequest): WireRequest {
  const rename = (field: string): string => callerField(field, form, names);
  try {
    const wire = build();
    const dropped = [...form.droppedFields, ...(wire.droppedFields ?? []).map(rename)];
    return { ...wire, droppedFields: [...new Set(dropped)] };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.param === undefined) throw error;
    throw new GatewayError(error.code, {
      message: error.message.replaceAll(/`([^`]+)`/g, (_, field: string) => `\`${rename(field)}\``),
      param: rename(error.param),
      cause: error,
    });
  }
}

/** The same error, with the field that the provider names as the caller wrote it; its words stay the provider's. */
export function withCallersParam(error: AttemptError, form: ChatForm, names: CallerNames): AttemptError {
  const { providerSaid } = error;
  if (providerSaid?.param === undefined) return error;
  const param = callerField(providerSaid.param, form, names);
  if (param === providerSaid.param) return error;
  const { code, message, next, billing, credential, httpStatus, retryAfterMs, cause } = error;
  return new AttemptError(code, {
    message,
    next,
    billing,
    credential,
    httpStatus,
    retryAfterMs,
    providerSaid: { ...providerSaid, param },
    cause,
  });
}

/** The caller's name of a field of the chat completion; the same where it has no other. */
function callerField(field: string, form: ChatForm, names: CallerNames): string {
  return placedField(field, form, names) ?? renamedField(field, names) ?? field;
}

/** By the innermost piece on the way to the field whose place is known. */
function placedField(field: string, { body, origins }: ChatForm, { members }: CallerNames): string | undefined {
  const steps = [...field.matchAll(/[^.[\]]+/g)].map(([name]) => name);
  let value: JsonValue | undefined = body;
  let found: string | undefined;
  let rest: string[] = [];
  for (const name of steps) {
    value = isJsonArray(value) ? value[Number(name)] : isJsonObject(value) ? value[name] : undefined;
    rest.push(name);
    const place = isJsonObject(value) ? origins.placeOf(value) : undefined;
    if (place === undefined) continue;
    found = place;
    rest = [];
  }
  if (found === undefined) return undefined;
  const member = members[rest.join('.')];
  return member === undefined ? found : `${found}.${member}`;
}

function renamedField(field: string, { fields }: CallerNames): string | undefined {
  for (const [chat, callers] of fields) {
    const match = patternOf(chat).exec(field);
    if (match === null) continue;
    let at = 0;
    const places = match.slice(1);
    return callers.replaceAll('[]', () => `[${places[at++] ?? ''}]`) + field.slice(match[0].length);
  }
  return undefined;
}

/** The field itself or one within it. */
const patternOf = (chat: string): RegExp =>
  new RegExp(`^${chat.replaceAll('.', '\\.').replaceAll('[]', '\\[(\\d*)\\]')}(?=$|[.[])`);
