import { Secret } from '@tollgate/core';
import { isCredentialField, redacted, redactText } from './redact.ts';

/** What a log field may hold. */
export type LogValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Secret
  | Error
  | readonly LogValue[]
  | { readonly [field: string]: LogValue };

const mostCauses = 5;
/** Callers choose model names and messages: a line stays a line. */
const longestText = 4096;

/** As the value goes into JSON: errors as name, message, code and causes; secrets and what looks like one redacted. */
export function toLoggable(value: LogValue): unknown {
  if (typeof value === 'string') return printableText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return redacted;
  if (value instanceof Error) return { ...describeError(value, mostCauses), stack: stackFrames(value) };
  if (isList(value)) return value.map(toLoggable);
  return Object.fromEntries(Object.entries(value).map(loggableField));
}

/** Cut before it is searched, so that no text makes the search long. */
const printableText = (text: string): string =>
  redactText(text.length > longestText ? `${text.slice(0, longestText)}…` : text);

const isList = (value: object): value is readonly LogValue[] => Array.isArray(value);

const loggableField = ([name, value]: [string, LogValue]): [string, unknown] => [
  printableText(name),
  isCredentialField(name) && value !== null && value !== undefined ? redacted : toLoggable(value),
];

interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  readonly code: string | number | undefined;
  readonly errors: readonly string[] | undefined;
  readonly cause: ErrorDescription | undefined;
}

/** Only named fields: errors of libraries carry commands, headers and bodies that are nobody's business. */
function describeError(error: Error, causesLeft: number): ErrorDescription {
  const { cause } = error;
  return {
    name: error.name,
    message: printableText(error.message),
    code: codeOf(error),
    errors: error instanceof AggregateError ? error.errors.slice(0, 3).map(messageOf) : undefined,
    cause: cause instanceof Error && causesLeft > 0 ? describeError(cause, causesLeft - 1) : undefined,
  };
}

/** The places alone: the first lines of a stack repeat the message. */
const stackFrames = (error: Error): readonly string[] =>
  (error.stack ?? '')
    .split('\n')
    .map((line) => printableText(line.trim()))
    .filter((line) => line.startsWith('at '));

const messageOf = (error: unknown): string => printableText(error instanceof Error ? error.message : String(error));

const codeOf = (error: Error): string | number | undefined =>
  'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : undefined;
