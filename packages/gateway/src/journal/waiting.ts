import type { Producer, Settlement, Shard } from '@tollgate/core';

/** Where a settlement can be read. */
export interface Source {
  /** Throws where what was written cannot be read any more. */
  read(): Settlement;
  /** The same in the words of the journal. */
  line(): string;
}

/**
 * A settlement that waits for the store. Who sends it holds on to this and confirms it by this: nothing has to be looked
 * up for a call.
 */
export class Waiting {
  readonly producer: Producer;
  readonly shard: Shard;
  source: Source;
  /** It is to be given back to a store that may have lost what it had. */
  isOwed: boolean;
  /** It is being sent, so that nobody else should send it. */
  isUnderWay = false;
  /** False once it was confirmed or set aside. */
  isKept = true;

  constructor({ producer, shard, source, isOwed }: Pick<Waiting, 'producer' | 'shard' | 'source' | 'isOwed'>) {
    this.producer = producer;
    this.shard = shard;
    this.source = source;
    this.isOwed = isOwed;
  }

  /** Throws where what was written cannot be read any more. */
  read(): Settlement {
    return this.source.read();
  }
}
