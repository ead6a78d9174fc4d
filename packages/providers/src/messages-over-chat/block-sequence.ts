import type { JsonObject } from '@tollgate/core';
import type { OpenBlock } from './open-blocks.ts';

/**
 * Writes blocks one after the other, as Anthropic does, whatever the order their pieces come in: the first
 * unfinished block is streamed, those behind it wait until it is over.
 */
export class BlockSequence {
  readonly #waiting: OpenBlock[] = [];
  #index = 0;
  #isStarted = false;
  /** Calls of tools that the caller was told of. */
  toolCalls = 0;

  /** The block that came last, if it is not over. */
  get latest(): OpenBlock | undefined {
    return this.#waiting.at(-1);
  }

  add<Block extends OpenBlock>(block: Block): Block {
    this.#waiting.push(block);
    return block;
  }

  /** Events for what can be written by now. */
  write(): readonly JsonObject[] {
    const events: JsonObject[] = [];
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      const { start } = head;
      const isOver = this.#waiting.length > 1 && head.isComplete;
      if (start !== undefined) this.#writeOpen(head, start, events);
      if (!isOver) return events;
      if (start !== undefined) this.#close(head, events);
      this.#waiting.shift();
    }
    return events;
  }

  /** The answer is over: events for all that is left. What never started is left out: blank text, a call without a name. */
  end(): readonly JsonObject[] {
    const events: JsonObject[] = [];
    for (const block of this.#waiting) {
      if (block.start === undefined) continue;
      this.#writeOpen(block, block.start, events);
      this.#close(block, events);
    }
    this.#waiting.length = 0;
    return events;
  }

  #writeOpen(block: OpenBlock, start: JsonObject, events: JsonObject[]): void {
    const index = this.#index;
    if (!this.#isStarted) {
      events.push({ type: 'content_block_start', index, content_block: start });
      this.#isStarted = true;
      if (start['type'] === 'tool_use') this.toolCalls += 1;
    }
    for (const delta of block.unwritten.splice(0)) events.push({ type: 'content_block_delta', index, delta });
  }

  #close(block: OpenBlock, events: JsonObject[]): void {
    const index = this.#index;
    for (const delta of block.last) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
    this.#index += 1;
    this.#isStarted = false;
  }
}
