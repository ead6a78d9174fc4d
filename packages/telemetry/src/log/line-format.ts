import { format, type Logform } from 'winston';
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

/** What the logger hands to winston, and `lineFormat` makes a line of. */
export type LogEntry =
  | { readonly kind: 'event'; readonly timeMs: number; readonly fields: LogFields }
  | { readonly kind: 'request'; readonly timeMs: number; readonly line: RequestLine };

/** Where winston's transports find the finished line. */
export const finishedLine = Symbol.for('message');

const buildLine = format((info) => {
  info[finishedLine] = `${writeLine(info.level, String(info.message), info['entry'] as LogEntry)}\n`;
  return info;
});

/** Builds each line once: JSON, `time level msg` first, ending in a newline. */
export const lineFormat = (): Logform.Format => buildLine();

function writeLine(level: string, msg: string, entry: LogEntry): string {
  const time = new Date(entry.timeMs).toISOString();
  if (entry.kind === 'event') return JSON.stringify(toLoggable({ time, level, msg, ...entry.fields }));
  const fields = { time, level, msg, ...orderRequestLine(entry.line) };
  const line = JSON.stringify(fields);
  return mayHoldCredential(line) ? JSON.stringify(toLoggable(fields)) : line;
}
