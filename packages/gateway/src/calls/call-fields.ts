import { GatewayError, type JsonObject, type JsonValue } from '@tollgate/core';

const maxModelLength = 256;
const maxCapTokens = 10_000_000;

/** Readers of the members that admission and routing go by. They throw `missing_field` and `invalid_field`. */

export function readModel(model: JsonValue | undefined): string {
  if (isAbsent(model)) throw missing('model', 'name the model to use');
  // It becomes part of headers and paths, so nothing may stand in it that means something there.
  if (typeof model !== 'string' || !/^[!-~]+$/.test(model) || model.length > maxModelLength) {
    throw invalid('model', `has to be a string of 1 to ${maxModelLength} printable characters without spaces`);
  }
  return model;
}

export function readFlag(flag: JsonValue | undefined, param: string): boolean {
  if (isAbsent(flag)) return false;
  if (typeof flag !== 'boolean') throw invalid(param, 'has to be true or false');
  return flag;
}

export function readOptionalText(text: JsonValue | undefined, param: string): string | undefined {
  if (isAbsent(text)) return undefined;
  if (typeof text !== 'string') throw invalid(param, 'has to be a string');
  return text;
}

export function readCount(
  count: JsonValue | undefined,
  { param, most }: { param: string; most: number },
): number | undefined {
  if (isAbsent(count)) return undefined;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > most) {
    throw invalid(param, `has to be a whole number from 1 to ${most}`);
  }
  return count;
}

/** An output cap in tokens. */
export const readCap = (body: JsonObject, param: string): number | undefined =>
  readCount(body[param], { param, most: maxCapTokens });

export const isAbsent = (value: JsonValue | undefined): value is null | undefined =>
  value === undefined || value === null;

export const missing = (param: string, what: string): GatewayError =>
  new GatewayError('missing_field', { message: `\`${param}\` is missing: ${what}.`, param });

export const invalid = (param: string, rule: string): GatewayError =>
  new GatewayError('invalid_field', { message: `\`${param}\` ${rule}.`, param });

export const unsupported = (param: string, why: string): GatewayError =>
  new GatewayError('unsupported_field', { message: `\`${param}\` ${why}.`, param });
