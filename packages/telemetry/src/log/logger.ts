import type { Writable } from 'node:stream';
import winston from 'winston';
import TransportStream from 'winston-transport';
import { systemClock, type Clock } from '@tollgate/core';
import { fileDescriptorDestination, streamDestination } from './destination.ts';
import { LineBuffer } from './line-buffer.ts';
import { formatEvent, formatRequest, type LineHead, type LogFields } from './line-format.ts';
import type { RequestLine } from './request-line.ts';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** JSON lines. Nothing here waits for whoever reads them. */
export interface Logger {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  /** The line of a request, at level `info`. */
  logRequest(line: RequestLine): void;
  setLevel(level: LogLevel): void;
  /** Writes out what waits, for `withinMs` at most; call it last. */
  close(withinMs?: number): Promise<void>;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Standard output where absent. */
  readonly stream?: Writable;
  readonly onDropped?: (lines: number) => void;
  readonly clock?: Clock;
  /** Bound of lines waiting for their reader. */
  readonly mostBufferedBytes?: number;
}

const standardOutput = 1;
const defaultMostBufferedBytes = 8 * 1024 * 1024;
const defaultCloseMs = 1000;

export function createLogger(options: LoggerOptions): Logger {
  const clock = options.clock ?? systemClock;
  const buffer = new LineBuffer({
    destination:
      options.stream === undefined ? fileDescriptorDestination(standardOutput) : streamDestination(options.stream),
    clock,
    mostBuffered: options.mostBufferedBytes ?? defaultMostBufferedBytes,
    onDropped: options.onDropped ?? (() => undefined),
  });
  const logger = winston.createLogger({
    level: options.level,
    format: asItIs(),
    transports: new BufferTransport(buffer),
  });

  const timeOf = timesByTheSecond();
  let takesRequests = logger.isLevelEnabled('info');

  // winston would have the line built first and filter it by level afterwards.
  const log = (level: LogLevel, msg: string, build: (head: LineHead) => string): void => {
    if (!logger.isLevelEnabled(level)) return;
    logger.log({ level, message: build({ time: new Date(clock.nowMs()).toISOString(), level, msg }) });
  };
  const logEvent =
    (level: LogLevel) =>
    (msg: string, fields: LogFields = {}) =>
      log(level, msg, (head) => formatEvent(head, fields));

  return {
    debug: logEvent('debug'),
    info: logEvent('info'),
    warn: logEvent('warn'),
    error: logEvent('error'),
    // The one line that comes with every call goes by winston's streams, to where they lead.
    logRequest: (line) => {
      if (!takesRequests) return;
      const time = timeOf(clock.nowMs());
      buffer.add(`${formatRequest({ time, level: 'info', msg: 'request' }, line)}\n`);
    },
    setLevel: (level) => {
      logger.level = level;
      takesRequests = logger.isLevelEnabled('info');
    },
    close: (withinMs = defaultCloseMs) => buffer.flush(withinMs),
  };
}

/** ISO 8601 in UTC, of which only the milliseconds are new within a second. */
function timesByTheSecond(): (nowMs: number) => string {
  let [second, prefix] = [NaN, ''];
  return (nowMs) => {
    const ms = Math.floor(nowMs);
    if (Math.floor(ms / 1000) !== second) {
      second = Math.floor(ms / 1000);
      prefix = new Date(second * 1000).toISOString().slice(0, -4);
    }
    return `${prefix}${String(ms - second * 1000).padStart(3, '0')}Z`;
  };
}

/** The message is the whole line already: each is built once, whatever transports there are. */
const asItIs = winston.format((info) => info);

class BufferTransport extends TransportStream {
  readonly #buffer: LineBuffer;

  constructor(buffer: LineBuffer) {
    super();
    this.#buffer = buffer;
  }

  override log(info: { readonly message: string }, next: () => void): void {
    this.#buffer.add(`${info.message}\n`);
    next();
  }
}
