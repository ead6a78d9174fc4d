import { EventEmitter, once } from 'node:events';
import { Writable } from 'node:stream';

/** One line of a node's log, as a reader of it would parse it. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Reads a log as it is written. */
export class LogTail {
  readonly stream: Writable;
  readonly #written = new EventEmitter();
  readonly #requestLines: LogLine[] = [];
  #text = '';
  #begun = '';
  #read = 0;

  constructor() {
    this.#written.setMaxListeners(0);
    this.stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#take(chunk.toString('utf8'));
        this.#written.emit('written');
        done();
      },
    });
  }

  get text(): string {
    return this.#text;
  }

  forget(): void {
    this.#text = '';
    this.#requestLines.length = 0;
    this.#read = 0;
  }

  /** The line of the named request, by our id or its client's; else the next one that was not asked for yet. */
  async requestLine(id: string | undefined): Promise<LogLine> {
    for (;;) {
      const lines = this.#requestLines;
      const found = id === undefined ? lines[this.#read] : lines.find((line) => isOf(line, id));
      if (found !== undefined) {
        this.#read = lines.indexOf(found) + 1;
        return found;
      }
      await once(this.#written, 'written');
    }
  }

  #take(text: string): void {
    this.#text += text;
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines) {
      const parsed = JSON.parse(line) as LogLine;
      if ('endpoint' in parsed) this.#requestLines.push(parsed);
    }
  }
}

const isOf = (line: LogLine, id: string): boolean => line['request_id'] === id || line['client_request_id'] === id;
