import { toLoggable, type LogValue } from './log-value.ts';
import { mayHoldCredential } from './redact.ts';
import { orderRequestLine, type RequestLine } from './request-line.ts';

/** Named values of a line; `time`, `level` and `msg` are the logger's own. */
export interface LogFields {
  readonly [field: string]: LogValue;
  readonly time?: never;
  readonly level?: never;
  readonly msg?: never;
}

/** What every line begins with, in this order. */
export interface LineHead {
  readonly time: string;
  readonly level: string;
  readonly msg: string;
}

/** The line of an event, as JSON. */
export const formatEvent = (head: LineHead, fields: LogFields): string =>
  JSON.stringify(toLoggable({ ...head, ...fields }));

/** The line of a request. Its fields are ours, so it is searched for credentials only where one could be. */
export function formatRequest(head: LineHead, line: RequestLine): string {
  const fields = { ...head, ...orderRequestLine(line) };
  const text = JSON.stringify(fields);
  return mayHoldCredential(text) ? JSON.stringify(toLoggable(fields)) : text;
}
