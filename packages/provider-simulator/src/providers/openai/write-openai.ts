import { inputTokens, type JsonObject, type Usage } from '@tollgate/core';
import type { Answer, Reply } from '../../answer/answer.ts';
import { splitByTokens } from '../../answer/count-tokens.ts';
import type { Ask } from '../../call/ask.ts';
import { resolvedModel } from '../../call/models.ts';
import { frame, type Frame } from '../../call/script.ts';
import { chatFinish, toolCallId } from '../chat/chat-finish.ts';
import { interleave } from '../chat/interleave.ts';
import { logprobsOf } from '../chat/logprobs.ts';

/** Where servers of OpenAI's format differ from OpenAI. */
export interface ChatFlavour {
  /** Members of each answer and chunk beside id, object, created and model. */
  extras(reply: Reply): JsonObject;
  /** The member that shows reasoning; undefined where it stays hidden. */
  readonly reasoningMember: string | undefined;
  readonly obfuscates: boolean;
}

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
      finish_reason: chatFinish(answer),
    })),
    usage: chatUsage(reply.usage),
    ...flavour.extras(reply),
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
  const members = JSON.stringify({ ...envelope, model: resolvedModel(reply.model), ...flavour.extras(reply) }).slice(
    0,
    -1,
  );
  const usageMember = ask.includeUsage ? ',"usage":null' : '';
  const padded = flavour.obfuscates && ask.includeObfuscation;
  const logprobs = ({ text = '' }: Delta): string =>
    ask.logprobs && text !== '' ? JSON.stringify(logprobsOf(text)) : 'null';
  const write = (delta: Delta): Frame => {
    const finish = delta.finish === undefined ? 'null' : `"${delta.finish}"`;
    const choice = `{"index":${delta.choice},"delta":${delta.json},"logprobs":${logprobs(delta)},"finish_reason":${finish}}`;
    const padding = padded ? `,"obfuscation":"${obfuscation(delta.answerBytes)}"` : '';
    return frame(delta.kind, `data: ${members},"choices":[${choice}]${usageMember}${padding}}\n\n`, delta.answerBytes);
  };
  const choices = reply.answers.map((answer, choice) => deltasOf({ reply, answer, choice, flavour }));
  for (const delta of interleave(choices)) yield write(delta);
  if (ask.includeUsage) {
    yield frame('closing', `data: ${members},"choices":[],"usage":${JSON.stringify(chatUsage(reply.usage))}}\n\n`);
  }
  yield doneFrame;
}

interface Delta {
  readonly choice: number;
  readonly json: string;
  readonly kind: Frame['kind'];
  readonly answerBytes: number;
  readonly finish?: string;
  /** What it adds to the visible text. */
  readonly text?: string;
}

interface DeltaSource {
  readonly reply: Reply;
  readonly answer: Answer;
  readonly choice: number;
  readonly flavour: ChatFlavour;
}

function* deltasOf({ reply, answer, choice, flavour }: DeltaSource): Generator<Delta> {
  const reasoningBytes = Buffer.byteLength(answer.reasoning);
  const hidden = flavour.reasoningMember === undefined;
  const role = '{"role":"assistant","content":"","refusal":null}';
  yield { choice, json: role, kind: 'lifecycle', answerBytes: hidden ? reasoningBytes : 0 };
  const pieces = function* (member: string, text: string): Generator<Delta> {
    for (const piece of splitByTokens(text, reply.tokensPerEvent)) {
      const json = `{"${member}":${JSON.stringify(piece)}}`;
      yield {
        choice,
        json,
        kind: 'content',
        answerBytes: Buffer.byteLength(piece),
        ...(member === 'content' ? { text: piece } : {}),
      };
    }
  };
  if (!hidden) yield* pieces(flavour.reasoningMember, answer.reasoning);
  yield* pieces('content', answer.text);
  yield* pieces('refusal', answer.refusal ?? '');
  for (const [index, call] of answer.toolCalls.entries()) {
    const named = { index, id: toolCallId(reply.id, choice, index), type: 'function' };
    const opened = { ...named, function: { name: call.name, arguments: '' } };
    yield { choice, json: JSON.stringify({ tool_calls: [opened] }), kind: 'content', answerBytes: 0 };
    for (const piece of splitByTokens(call.argumentsText, reply.tokensPerEvent)) {
      const json = `{"tool_calls":[{"index":${index},"function":{"arguments":${JSON.stringify(piece)}}}]}`;
      yield { choice, json, kind: 'content', answerBytes: Buffer.byteLength(piece) };
    }
  }
  yield { choice, json: '{}', kind: 'closing', answerBytes: 0, finish: chatFinish(answer) };
}

export const chatId = (reply: Pick<Reply, 'id'>): string => `chatcmpl-${reply.id}`;

/** Usage as OpenAI counts it: input includes what was read from cache, output includes reasoning. */
export const chatUsage = (usage: Usage): JsonObject => ({
  prompt_tokens: inputTokens(usage),
  completion_tokens: usage.output,
  total_tokens: inputTokens(usage) + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cacheRead, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: usage.reasoning,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

const padding = 'XyZ0aB1cD2eF3gH4';
/** OpenAI pads chunks so that their sizes do not tell what is in them. */
const obfuscation = (answerBytes: number): string => padding.slice(answerBytes % padding.length);
