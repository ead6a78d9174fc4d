import { isJsonObject, tryParseJson, type JsonObject, type JsonValue } from '@tollgate/core';
import { textOf } from '../anthropic/chat-delta.ts';
import type { AnswerContext } from '../base/translation.ts';
import { MessageEvents } from './message-events.ts';

/** A whole chat completion as a message: what a client would make of its events. */
export function writeWholeMessage(completion: JsonObject, context: AnswerContext): JsonObject {
  const events = new MessageEvents(context);
  const all = [...events.read(completion), ...events.end()];
  const message = memberOf(all, 'message_start', 'message');
  const usage = memberOf(all, 'message_delta', 'usage');
  return {
    ...message,
    content: foldBlocks(all),
    ...memberOf(all, 'message_delta', 'delta'),
    usage: { ...objectOf(message['usage']), ...usage },
  };
}

function memberOf(events: readonly JsonObject[], type: string, member: string): JsonObject {
  return objectOf(events.find((event) => event['type'] === type)?.[member]);
}

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});

function foldBlocks(events: readonly JsonObject[]): readonly JsonObject[] {
  const starts = events.filter((event) => event['type'] === 'content_block_start');
  return starts.map(({ index, content_block: block }) => {
    const ofBlock = events.filter((event) => event['type'] === 'content_block_delta' && event['index'] === index);
    return foldBlock(
      objectOf(block),
      ofBlock.map((event) => objectOf(event['delta'])),
    );
  });
}

function foldBlock(block: JsonObject, deltas: readonly JsonObject[]): JsonObject {
  const joined = (member: string): string => deltas.map((delta) => textOf(delta[member])).join('');
  switch (block['type']) {
    case 'text': {
      const citations = deltas.map((delta) => delta['citation']).filter(isJsonObject);
      return { ...block, text: joined('text'), ...(citations.length === 0 ? {} : { citations }) };
    }
    case 'thinking':
      return { ...block, thinking: joined('thinking'), signature: joined('signature') };
    case 'tool_use':
      return { ...block, input: parseInput(joined('partial_json')) };
    default:
      return block;
  }
}

/** Arguments that the output cap cut short are no JSON; a client is shown what there is of them. */
function parseInput(text: string): JsonObject {
  const value = text.trim() === '' ? {} : tryParseJson(text);
  return isJsonObject(value) ? value : { raw_arguments: text };
}
