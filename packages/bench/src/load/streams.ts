import { setTimeout as elapsed } from 'node:timers/promises';
import { Connection } from './connection.ts';
import type { Job, StreamReport } from './jobs.ts';
import { requestBytes } from './request-bytes.ts';

interface OpenStream {
  readonly connection: Connection;
  lastFrameMs: number;
  longestGapMs: number;
  isEnded: boolean;
}

/** Streams that stay open over several jobs. */
export class OpenStreams {
  readonly #streams: OpenStream[] = [];
  #frames = 0;

  /** Opens them one by one; resolves once each has delivered a frame or failed. */
  async open({ call, streams, perSecond }: Extract<Job, { kind: 'openStreams' }>): Promise<StreamReport> {
    const request = requestBytes(call);
    const startedMs = performance.now();
    while (this.#streams.length < streams) {
      const due = Math.min(streams, ((performance.now() - startedMs) * perSecond) / 1000);
      while (this.#streams.length < due) this.#openOne(call.port, request);
      await elapsed(5);
    }
    const isWaiting = ({ isEnded, lastFrameMs }: OpenStream): boolean => !isEnded && lastFrameMs === 0;
    for (let waitedMs = 0; waitedMs < 20_000 && this.#streams.some(isWaiting); waitedMs += 50) await elapsed(50);
    return this.#report(performance.now() - startedMs, Infinity);
  }

  async watch({ durationMs, everyMs }: Extract<Job, { kind: 'watchStreams' }>): Promise<StreamReport> {
    const startedMs = performance.now();
    this.#frames = 0;
    for (const stream of this.#streams) {
      stream.lastFrameMs = startedMs;
      stream.longestGapMs = 0;
    }
    await elapsed(durationMs);
    const nowMs = performance.now();
    for (const stream of this.#streams) stream.longestGapMs = Math.max(stream.longestGapMs, nowMs - stream.lastFrameMs);
    return this.#report(nowMs - startedMs, 3 * everyMs);
  }

  close(): StreamReport {
    const report = this.#report(0, Infinity);
    for (const { connection } of this.#streams.splice(0)) connection.close();
    return report;
  }

  #openOne(port: number, request: Buffer): void {
    const stream: OpenStream = {
      lastFrameMs: 0,
      longestGapMs: 0,
      isEnded: false,
      connection: new Connection(port, {
        onFrames: (frames, atMs) => {
          if (frames === 0) return;
          this.#frames += frames;
          if (stream.lastFrameMs > 0) stream.longestGapMs = Math.max(stream.longestGapMs, atMs - stream.lastFrameMs);
          stream.lastFrameMs = atMs;
        },
        onAnswer: () => {
          stream.isEnded = true;
        },
        onBroken: () => {
          stream.isEnded = true;
        },
      }),
    };
    this.#streams.push(stream);
    stream.connection.send(request);
  }

  #report(elapsedMs: number, stallMs: number): StreamReport {
    const failed = this.#streams.filter(({ isEnded, lastFrameMs }) => isEnded || lastFrameMs === 0).length;
    return {
      open: this.#streams.length - failed,
      failed,
      frames: this.#frames,
      elapsedMs,
      stalled: this.#streams.filter(({ longestGapMs }) => longestGapMs > stallMs).length,
    };
  }
}
