import type { JsonObject } from '@tollgate/core';
import { textOf } from '../anthropic/chat-delta.ts';
import type { MessageFacts } from '../anthropic/message-facts.ts';

/**
 * What a block holds as it starts, or as a whole: text and thinking are content once there are any, every
 * other block is content by being there.
 */
export function countBlock(block: JsonObject, facts: MessageFacts): void {
  switch (block['type']) {
    case 'text':
      countText(textOf(block['text']), facts);
      return;
    case 'thinking':
      countText(textOf(block['thinking']), facts);
      if (textOf(block['signature']) !== '') facts.contentSeen = true;
      return;
    default:
      facts.contentSeen = true;
  }
}

function countText(text: string, facts: MessageFacts): void {
  if (text !== '') facts.countContent(text);
}
