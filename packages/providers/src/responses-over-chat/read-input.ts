import type { JsonObject, JsonValue } from '@tollgate/core';
import {
  isPresent,
  readArray,
  readObject,
  readOptionalString,
  readString,
  invalidField,
  unsupportedField,
} from '../base/read-fields.ts';
import type { Origins } from '../base/caller-fields.ts';
import { Conversation } from './conversation.ts';
import { cacheMark, translateContent } from './translate-content.ts';
import { translateReasoningItem } from './translate-reasoning-item.ts';

/** `instructions` and `input` as chat messages. Throws GatewayError naming the member at fault. */
export function readInput(body: JsonObject, origins: Origins): readonly JsonObject[] {
  const conversation = new Conversation(origins);
  const instructions = readOptionalString(body['instructions'], 'instructions');
  if (instructions !== undefined) conversation.message({ role: 'system', content: instructions }, 'instructions');
  const { input } = body;
  if (typeof input === 'string') conversation.message({ role: 'user', content: input }, 'input');
  else if (isPresent(input)) {
    readArray(input, 'input').forEach((value, index) => {
      const param = `input[${index}]`;
      readItem(readObject(value, param), param, conversation);
    });
  }
  const messages = conversation.messages();
  if (messages.length === 0) throw invalidField('input', 'has to be text or items.');
  return messages;
}

function readItem(item: JsonObject, param: string, conversation: Conversation): void {
  const type = readOptionalString(item['type'], `${param}.type`) ?? 'message';
  switch (type) {
    case 'message':
      return readMessage(item, param, conversation);
    case 'reasoning':
      return conversation.reasoning(translateReasoningItem(item, { param, index: conversation.nextDetail }));
    case 'function_call': {
      const [name, args] = [
        readString(item['name'], `${param}.name`),
        readString(item['arguments'], `${param}.arguments`),
      ];
      const id = readString(item['call_id'], `${param}.call_id`);
      return conversation.call(id, { id, type: 'function', function: { name, arguments: args } }, param);
    }
    case 'custom_tool_call': {
      const [name, input] = [readString(item['name'], `${param}.name`), readString(item['input'], `${param}.input`)];
      const id = readString(item['call_id'], `${param}.call_id`);
      return conversation.call(id, { id, type: 'custom', custom: { name, input } }, param);
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const content = translateContent(item['output'], `${param}.output`, conversation.origins);
      return conversation.result(readString(item['call_id'], `${param}.call_id`), content, param);
    }
    case 'item_reference':
      throw unsupportedField(
        `${param}.type`,
        'is "item_reference": the provider that serves this model keeps no items. Send the item itself.',
      );
    default:
      throw unsupportedField(
        `${param}.type`,
        `is ${JSON.stringify(type)}, which has no counterpart at the provider that serves this model: leave the item out.`,
      );
  }
}

function readMessage(item: JsonObject, param: string, conversation: Conversation): void {
  const role = readString(item['role'], `${param}.role`);
  switch (role) {
    case 'assistant':
      return readAssistant(item['content'], `${param}.content`, conversation);
    // The two mean the same; many servers know only the older name.
    case 'developer':
    case 'system':
    case 'user': {
      const content = translateContent(item['content'], `${param}.content`, conversation.origins);
      return conversation.message({ role: role === 'user' ? role : 'system', content }, param);
    }
    default:
      throw invalidField(`${param}.role`, 'has to be user, assistant, system or developer.');
  }
}

function readAssistant(content: JsonValue | undefined, param: string, conversation: Conversation): void {
  if (typeof content === 'string') return conversation.said([{ type: 'text', text: content }], '');
  readArray(content, param).forEach((value, index) => {
    const at = `${param}[${index}]`;
    const part = readObject(value, at);
    const type = readString(part['type'], `${at}.type`);
    if (type === 'refusal') return conversation.said([], readString(part['refusal'], `${at}.refusal`));
    if (type !== 'output_text' && type !== 'input_text') {
      throw unsupportedField(`${at}.type`, 'has to be output_text or refusal in a message of the assistant.');
    }
    const text = { type: 'text', text: readString(part['text'], `${at}.text`), ...cacheMark(part) };
    return conversation.said([conversation.origins.note(text, at)], '');
  });
}
