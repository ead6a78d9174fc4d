import {
  isConversation,
  isJsonArray,
  isJsonObject,
  type ConversationProtocol,
  type JsonObject,
  type JsonValue,
  type Protocol,
} from '@tollgate/core';

/**
 * The parts of a conversation that are more than plain text: content parts, blocks and items, nested ones included. Of the
 * outline of a call's body where no texts are read, which spares reading them.
 */
export const conversationParts = (protocol: Protocol, body: JsonObject): readonly JsonObject[] =>
  isConversation(protocol) ? partsOf[protocol](body) : [];

/** The member that holds the conversation, or whatever else is the input. */
export const inputField = (protocol: Protocol): string =>
  protocol === 'openai_chat' || protocol === 'anthropic_messages' ? 'messages' : 'input';

const partsOf: Readonly<Record<ConversationProtocol, (body: JsonObject) => readonly JsonObject[]>> = {
  openai_chat: ({ messages }) => chatParts(messages),
  openai_responses: ({ input }) => objectsIn(input).flatMap(itemParts),
  anthropic_messages: ({ messages }) => objectsIn(messages).flatMap(({ content }) => blocksIn(content)),
};

/** An answer that was spoken earlier is referred to in a member of its own. */
function chatParts(messages: JsonValue | undefined): readonly JsonObject[] {
  const parts: JsonObject[] = [];
  for (const message of isJsonArray(messages) ? messages : []) {
    if (!isJsonObject(message)) continue;
    const { content, audio } = message;
    if (isJsonArray(content)) for (const part of content) if (isJsonObject(part)) parts.push(part);
    if (isJsonObject(audio)) parts.push(audio);
  }
  return parts;
}

/** An item without a type is a message. */
const itemParts = (item: JsonObject): readonly JsonObject[] => [
  ...(item['type'] === undefined ? [] : [item]),
  ...objectsIn(item['content']),
  ...objectsIn(item['output']),
];

/** Tool results and documents hold blocks of their own. */
const blocksIn = (content: JsonValue | undefined): readonly JsonObject[] =>
  objectsIn(content).flatMap((block) => {
    const { content: nested, source } = block;
    return [block, ...blocksIn(nested), ...(isJsonObject(source) ? blocksIn(source['content']) : [])];
  });

const objectsIn = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
