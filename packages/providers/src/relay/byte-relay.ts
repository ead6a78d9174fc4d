import type { StreamReader } from '../base/adapter.ts';
import { brokenOff } from '../base/answer-errors.ts';
import { RelayFacts } from './relay-facts.ts';

/** Speech in a common form (MP3 at 160 kbit/s) is about 20 tokens a second: so many of its bytes count as one of text. */
const bytesPerTextByte = 250;

/** Relays bytes that nothing is to be learned from but how many they are. */
export class ByteRelay implements StreamReader {
  readonly facts = new RelayFacts({ reportedCost: () => undefined });
  #bytes = 0;

  push(chunk: Buffer): Buffer {
    this.#bytes += chunk.length;
    this.facts.contentSeen ||= chunk.length > 0;
    this.facts.contentBytes = Math.ceil(this.#bytes / bytesPerTextByte);
    return chunk;
  }

  end(): Buffer {
    if (!this.facts.contentSeen) throw brokenOff(this.facts);
    return Buffer.alloc(0);
  }
}
