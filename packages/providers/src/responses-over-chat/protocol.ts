import type { AnswerContext, AnswerWriter, CallerProtocol } from '../base/translation.ts';
import { responsesNames } from './caller-names.ts';
import { ResponseComposer } from './compose-response.ts';
import { EventLog } from './event-log.ts';
import { toChat } from './to-chat.ts';

/** OpenAI's Responses API, as callers speak it to providers that have chat completions. Nothing is kept between calls. */
export const responsesOverChat: CallerProtocol = {
  names: responsesNames,
  toChat,
  createAnswerWriter,
  writeWhole: (completion, context) => {
    const composer = new ResponseComposer(context, () => undefined);
    composer.add(completion);
    return composer.finish();
  },
};

function createAnswerWriter(context: AnswerContext): AnswerWriter {
  const log = new EventLog();
  const composer = new ResponseComposer(context, log.emit);
  return {
    chunk: (chunk) => {
      composer.add(chunk);
      return log.take();
    },
    end: () => {
      composer.finish();
      return log.take();
    },
  };
}
