import type { JsonObject } from '@tollgate/core';
import type { Answer, Reply } from '../../answer/answer.ts';
import type { Ask } from '../../call/ask.ts';
import { resolvedModel } from '../../call/models.ts';
import { frame, type Frame } from '../../call/script.ts';
import { deltasOf, type Delta } from '../chat/chat-deltas.ts';
import { toolCallId } from '../chat/chat-finish.ts';
import type { ChatFlavour } from '../chat/chat-flavour.ts';
import { filterResults, promptFilterResults } from '../chat/content-filter.ts';
import { interleave } from '../chat/interleave.ts';
import { logprobsOf } from '../chat/logprobs.ts';

export const doneFrame = frame('closing', 'data: [DONE]\n\n');

/** The body of a whole answer. */
export function chatBody(reply: Reply, ask: Ask, flavour: ChatFlavour): string {
  return JSON.stringify({
    id: chatId(reply),
    object: 'chat.completion',
    created: reply.createdSeconds,
    model: resolvedModel(reply.model),
    choices: reply.answers.map((answer, index) => ({
      index,
      message: messageOf(answer, index, { reply, flavour }),
      logprobs: ask.logprobs ? logprobsOf(answer.text) : null,
      finish_reason: flavour.finish(answer),
      ...flavour.choiceExtras,
      ...(flavour.filters ? { content_filter_results: filterResults } : {}),
    })),
    usage: flavour.usage(reply.usage),
    ...flavour.extras(reply),
    ...(flavour.filters ? { prompt_filter_results: promptFilterResults } : {}),
  });
}

function messageOf(
  answer: Answer,
  choice: number,
  { reply, flavour }: { reply: Reply; flavour: ChatFlavour },
): JsonObject {
  const calls = answer.toolCalls.map((call, index) => ({
    id: toolCallId(reply.id, choice, index),
    type: 'function',
    function: { name: call.name, arguments: call.argumentsText },
  }));
  const shown = flavour.reasoningMember !== undefined && answer.reasoning !== '';
  return {
    role: 'assistant',
    content: answer.text === '' && (calls.length > 0 || answer.refusal !== undefined) ? null : answer.text,
    ...(shown ? { [flavour.reasoningMember]: answer.reasoning } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    refusal: answer.refusal ?? null,
    annotations: [],
  };
}

/** The events of a stream. What is the same in every chunk is serialised once. */
export function* chatFrames(reply: Reply, ask: Ask, flavour: ChatFlavour): Generator<Frame> {
  const envelope = { id: chatId(reply), object: 'chat.completion.chunk', created: reply.createdSeconds };
  const head = { ...envelope, model: resolvedModel(reply.model), ...flavour.extras(reply) };
  const members = JSON.stringify(head).slice(0, -1);
  const usageMember = ask.includeUsage ? ',"usage":null' : '';
  const padded = flavour.obfuscates && ask.includeObfuscation;
  const choiceMembers = Object.entries(flavour.choiceExtras)
    .map(([name, value]) => `,"${name}":${JSON.stringify(value)}`)
    .join('');
  const write = (delta: Delta): Frame => {
    const finish = delta.finish === undefined ? 'null' : `"${delta.finish}"`;
    const filter = flavour.filters ? filterMember(delta) : '';
    const choice = `{"index":${delta.choice},"delta":${delta.json},"logprobs":${logprobsText(delta, ask)},"finish_reason":${finish}${choiceMembers}${filter}}`;
    const padding = padded ? `,"obfuscation":"${obfuscation(delta.answerBytes)}"` : '';
    return frame(delta.kind, `data: ${members},"choices":[${choice}]${usageMember}${padding}}\n\n`, delta.answerBytes);
  };
  if (flavour.filters) yield frame('lifecycle', `data: ${JSON.stringify(promptChunk)}\n\n`);
  const choices = reply.answers.map((answer, choice) => deltasOf({ reply, answer, choice, flavour }));
  for (const delta of interleave(choices)) yield write(delta);
  if (ask.includeUsage) {
    yield frame('closing', `data: ${members},"choices":[],"usage":${JSON.stringify(flavour.usage(reply.usage))}}\n\n`);
  }
  yield doneFrame;
}

/** Before anything else, and of no model: what was found in the prompt. */
const promptChunk = {
  choices: [],
  created: 0,
  id: '',
  model: '',
  object: '',
  prompt_filter_results: promptFilterResults,
};

const filterMember = ({ kind }: Delta): string =>
  `,"content_filter_results":${kind === 'content' ? JSON.stringify(filterResults) : '{}'}`;

const logprobsText = ({ text = '' }: Delta, { logprobs }: Ask): string =>
  logprobs && text !== '' ? JSON.stringify(logprobsOf(text)) : 'null';

export const chatId = (reply: Pick<Reply, 'id'>): string => `chatcmpl-${reply.id}`;

const padding = 'XyZ0aB1cD2eF3gH4';
/** OpenAI pads chunks so that their sizes do not tell what is in them. */
const obfuscation = (answerBytes: number): string => padding.slice(answerBytes % padding.length);
