import { isConversation, isJsonObject, type Call, type ConversationProtocol, type JsonObject } from '@tollgate/core';
import { conversationParts } from '../calls/conversation-parts.ts';

/**
 * - `text`: its bytes bound its tokens.
 * - `image`: its tokens are bounded by a formula; `bytes` is what it takes of the body.
 * - `file`: read by the provider, which may charge for that.
 * - `reference`: something whose size nobody here knows.
 */
export type Medium =
  { readonly kind: 'text' | 'file' | 'reference' } | { readonly kind: 'image'; readonly bytes: number };

/** What the call's conversation is made of beside plain text. */
export function mediaIn({ protocol, body }: Call): readonly Medium[] {
  if (!isConversation(protocol)) return [];
  const media = conversationParts(protocol, body.outline).map((part) => mediumOf(protocol, part));
  if (!media.some(({ kind }) => kind === 'image')) return media;
  // How long an image is the outline does not know.
  return conversationParts(protocol, body.value).map((part) => mediumOf(protocol, part));
}

/** What stands under another protocol's name is not believed to be text. */
const textTypes: Readonly<Record<ConversationProtocol, ReadonlySet<unknown>>> = {
  openai_chat: new Set(['text', 'refusal']),
  openai_responses: new Set([
    'message',
    'input_text',
    'output_text',
    'refusal',
    'function_call',
    'function_call_output',
    'custom_tool_call',
    'custom_tool_call_output',
    'reasoning',
    'reasoning_text',
  ]),
  // Blocks within others are looked at by themselves.
  anthropic_messages: new Set(['text', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'search_result']),
};

function mediumOf(protocol: ConversationProtocol, part: JsonObject): Medium {
  const { type } = part;
  if (textTypes[protocol].has(type)) return { kind: 'text' };
  switch (type) {
    case 'image_url':
    case 'input_image':
      return image(addressOf(part['image_url']));
    case 'image':
      return image(addressOf(part['source']));
    case 'file':
    case 'input_file':
      return { kind: 'file' };
    case 'document':
      return { kind: isTextSource(part['source']) ? 'text' : 'file' };
    default:
      return { kind: 'reference' };
  }
}

const image = (address: string): Medium => ({ kind: 'image', bytes: Buffer.byteLength(address) });

/** The address of an image, or its data. */
function addressOf(holder: JsonObject[string]): string {
  const text = isJsonObject(holder) ? (holder['url'] ?? holder['data']) : holder;
  return typeof text === 'string' ? text : '';
}

const isTextSource = (source: JsonObject[string]): boolean =>
  isJsonObject(source) && (source['type'] === 'text' || source['type'] === 'content');
