import type { CallerProtocol } from '../base/translation.ts';
import { MessageWriter } from './answer-writer.ts';
import { buildChat } from './build-chat.ts';
import { messagesNames } from './caller-names.ts';
import { writeWholeMessage } from './write-whole.ts';

/** Anthropic's Messages API for callers, said over chat completions. */
export const messagesOverChat: CallerProtocol = {
  names: messagesNames,
  toChat: buildChat,
  createAnswerWriter: (context) => new MessageWriter(context),
  writeWhole: writeWholeMessage,
};
