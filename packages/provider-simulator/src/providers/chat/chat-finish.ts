import type { Answer, Finish } from '../../answer/answer.ts';

const finishReasons: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  refusal: 'stop',
};

/** A structured refusal ends with `stop` and says itself in `message.refusal`. */
export const chatFinish = (answer: Answer): string => answer.finishWord ?? finishReasons[answer.finish];

export const toolCallId = (responseId: string, choice: number, index: number): string =>
  `call_${responseId}_${choice}_${index}`;
