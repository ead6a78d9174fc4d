import { inspect } from 'node:util';

/**
 * A credential that cannot be printed by accident: string conversion, JSON and `util.inspect`
 * all show `[redacted]`. `reveal()` is the one way to the text, so that a search finds every use.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
