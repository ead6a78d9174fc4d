import { isJsonArray, type JsonValue } from '@tollgate/core';

/** Why a request in one of OpenAI's formats is refused with 400, in OpenAI's words. */
export interface ChatProblem {
  readonly message: string;
  readonly param: string | null;
  readonly code: string | null;
}

export const invalid = (message: string, param: string | null, code: string | null = null): ChatProblem => ({
  message,
  param,
  code,
});

export const missing = (param: string): ChatProblem =>
  invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');

export const tooShort = (param: string): ChatProblem =>
  invalid(
    `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
    param,
    'empty_array',
  );

export const wrongType = (param: string, expected: string, got: JsonValue): ChatProblem =>
  invalid(
    `Invalid type for '${param}': expected ${expected}, but got ${typeNameOf(got)} instead.`,
    param,
    'invalid_type',
  );

export const invalidValue = (param: string, got: JsonValue, supported: readonly string[]): ChatProblem =>
  invalid(
    `Invalid value: ${JSON.stringify(got)}. Supported values are: ${supported.map((one) => `'${one}'`).join(', ')}.`,
    param,
    'invalid_value',
  );

/** `code` tells a number below its least from one above its most. */
export const outOfRange = (param: string, expected: string, got: { value: number; code: string }): ChatProblem =>
  invalid(`Invalid '${param}': expected a value ${expected}, but got ${got.value} instead.`, param, got.code);

const typeNameOf = (value: JsonValue): string => {
  if (value === null) return 'null';
  return isJsonArray(value) ? 'an array' : `a ${typeof value}`;
};
