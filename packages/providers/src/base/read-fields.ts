import { GatewayError, isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/** A member as it was read: absent and null mean the same in OpenAI's protocols. */
type Member = JsonValue | undefined;

/** 400: the field at `param` has the wrong type or is out of range. */
export const invalidField = (param: string, message: string): GatewayError =>
  new GatewayError('invalid_field', { param, message: `\`${param}\` ${message}` });

/** 400: the field at `param` has no counterpart in the protocol it is to be said in; the message says what to change. */
export const unsupportedField = (param: string, message: string): GatewayError =>
  new GatewayError('unsupported_field', { param, message: `\`${param}\` ${message}` });

export const isPresent = (value: Member): value is Exclude<JsonValue, null> => value !== undefined && value !== null;

/** Text of nothing but whitespace, which Anthropic refuses as an empty block. */
export const isBlank = (text: string): boolean => text.trim() === '';

export function readString(value: Member, param: string): string {
  if (typeof value !== 'string') throw invalidField(param, 'has to be a string.');
  return value;
}

export const readOptionalString = (value: Member, param: string): string | undefined =>
  isPresent(value) ? readString(value, param) : undefined;

export function readOptionalBoolean(value: Member, param: string): boolean | undefined {
  if (!isPresent(value)) return undefined;
  if (typeof value !== 'boolean') throw invalidField(param, 'has to be true or false.');
  return value;
}

export function readOptionalNumber(
  value: Member,
  param: string,
  range: { readonly min: number; readonly max: number },
): number | undefined {
  if (!isPresent(value)) return undefined;
  if (typeof value !== 'number' || value < range.min || value > range.max) {
    throw invalidField(param, `has to be a number from ${range.min} to ${range.max}.`);
  }
  return value;
}

export function readOptionalInteger(value: Member, param: string, min: number): number | undefined {
  if (!isPresent(value)) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) {
    throw invalidField(param, `has to be a whole number of at least ${min}.`);
  }
  return value;
}

export function readObject(value: Member, param: string): JsonObject {
  if (!isJsonObject(value)) throw invalidField(param, 'has to be an object.');
  return value;
}

export const readOptionalObject = (value: Member, param: string): JsonObject | undefined =>
  isPresent(value) ? readObject(value, param) : undefined;

export function readArray(value: Member, param: string): readonly JsonValue[] {
  if (!isJsonArray(value)) throw invalidField(param, 'has to be an array.');
  return value;
}

export const readOptionalArray = (value: Member, param: string): readonly JsonValue[] =>
  isPresent(value) ? readArray(value, param) : [];

/** The members that say something; absent ones and null are left out. */
export const presentMembers = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => isPresent(value)));
