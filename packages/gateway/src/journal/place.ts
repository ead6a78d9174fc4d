import type { Settlement } from '@tollgate/core';
import { openLine, readSettlement } from './journal-line.ts';
import type { ProducerLog } from './producer-log.ts';
import type { Extent, Segment } from './segment.ts';
import type { Source } from './waiting.ts';

/** In memory: it is going to be written, or the disk refused it. */
export class Unplaced implements Source {
  readonly body: string;

  constructor(body: string) {
    this.body = body;
  }

  line(): string {
    return this.body;
  }

  read(): Settlement {
    return readSettlement(this.body);
  }
}

/** Where a settlement stands on disk. */
export class Place implements Source {
  readonly log: ProducerLog;
  readonly segment: Segment;
  readonly #extent: Extent;

  constructor(log: ProducerLog, segment: Segment, extent: Extent) {
    this.log = log;
    this.segment = segment;
    this.#extent = extent;
  }

  line(): string {
    return this.segment.read(this.#extent);
  }

  read(): Settlement {
    const body = openLine(this.line());
    if (body !== undefined) return readSettlement(body);
    throw new Error(`the journal's line at ${this.#extent.offset} of ${this.segment.path} is spoiled`);
  }
}
