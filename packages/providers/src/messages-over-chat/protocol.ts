import type { CallerProtocol } from '../base/translation.ts';
import { MessageWriter } from './answer-writer.ts';
import { buildChat } from './build-chat.ts';
import { writeWholeMessage } from './write-whole.ts';

/** Anthropic's Messages API for callers, said over chat completions. */
export const messagesOverChat: CallerProtocol = {
  toChat: buildChat,
  createAnswerWriter: (context) => new MessageWriter(context),
  writeWhole: writeWholeMessage,
};
