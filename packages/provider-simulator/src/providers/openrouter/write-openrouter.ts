import { inputTokens, type JsonObject } from '@tollgate/core';
import type { Answer, Finish, Reply } from '../../answer/answer.ts';
import { splitByTokens } from '../../answer/count-tokens.ts';
import { frame, type Frame } from '../../call/script.ts';
import { toolCallId } from '../chat/chat-finish.ts';
import { doneFrame } from '../openai/write-openai.ts';
import { generationId, processingComment } from './openrouter-voice.ts';

export const leadingWhitespace = '\n         \n\n         \n';

/**
 * A tool call that the output cap cut is reported as finished with `tool_calls`, and only
 * `native_finish_reason` tells the truth; recorded so from the real one.
 */
const finishOf = (answer: Answer): string => {
  if (answer.finishWord !== undefined) return answer.finishWord;
  if (answer.finish === 'length' && answer.toolCalls.length > 0) return 'tool_calls';
  return finishReasons[answer.finish];
};

const nativeFinishOf = (answer: Answer): string => answer.finishWord ?? nativeFinishReasons[answer.finish];

const finishReasons: Readonly<Record<Finish, string>> = {
  stop: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  refusal: 'content_filter',
};

const nativeFinishReasons: Readonly<Record<Finish, string>> = {
  stop: 'completed',
  stop_sequence: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  refusal: 'content_filter',
};

/** Status and headers are out before the model has answered; whitespace keeps the connection until then. */
export const openrouterBody = (reply: Reply): readonly Frame[] => [
  frame('keep_alive', leadingWhitespace),
  frame(
    'content',
    JSON.stringify({
      ...envelope(reply, 'chat.completion'),
      choices: reply.answers.map((answer, index) => ({
        index,
        logprobs: null,
        finish_reason: finishOf(answer),
        native_finish_reason: nativeFinishOf(answer),
        message: messageOf(answer, reply),
      })),
      usage: openrouterUsage(reply),
    }),
  ),
];

function messageOf(answer: Answer, reply: Reply): JsonObject {
  const calls = answer.toolCalls.map((call, index) => ({
    id: toolCallId(reply.id, 0, index),
    type: 'function',
    index,
    function: { name: call.name, arguments: call.argumentsText },
  }));
  const reasoned = answer.reasoning !== '';
  return {
    role: 'assistant',
    content: answer.text === '' && calls.length > 0 ? null : answer.text,
    refusal: answer.refusal ?? null,
    reasoning: reasoned ? answer.reasoning : null,
    ...(reasoned ? { reasoning_details: [{ ...reasoningDetail, text: answer.reasoning }] } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

const reasoningDetail = { type: 'reasoning.text', format: 'unknown', index: 0 };

/** Two comments first, one more after every eighth event, the finish twice, the second time with usage. */
export function* openrouterFrames(reply: Reply): Generator<Frame> {
  const members = JSON.stringify(envelope(reply, 'chat.completion.chunk')).slice(0, -1);
  const write = (delta: string, finish: string): string =>
    `data: ${members},"choices":[{"index":0,"delta":${delta},${finish},"logprobs":null}]`;
  yield frame('keep_alive', processingComment);
  yield frame('keep_alive', processingComment);
  const unfinished = '"finish_reason":null,"native_finish_reason":null';
  let events = 0;
  for (const answer of reply.answers) {
    for (const delta of deltasOf(answer, reply)) {
      yield frame('content', `${write(delta.json, unfinished)}}\n\n`, delta.answerBytes);
      events += 1;
      if (events % 8 === 0) yield frame('keep_alive', processingComment);
    }
    const finish = `"finish_reason":"${finishOf(answer)}","native_finish_reason":"${nativeFinishOf(answer)}"`;
    const last = write('{"role":"assistant","content":""}', finish);
    yield frame('closing', `${last}}\n\n`);
    yield frame('closing', `${last},"usage":${JSON.stringify(openrouterUsage(reply))}}\n\n`);
  }
  yield doneFrame;
}

interface Delta {
  readonly json: string;
  readonly answerBytes: number;
}

function* deltasOf(answer: Answer, reply: Reply): Generator<Delta> {
  const split = (text: string): Iterable<string> => splitByTokens(text, reply.tokensPerEvent);
  const delta = (members: string, piece: string): Delta => ({
    json: `{"role":"assistant",${members}}`,
    answerBytes: Buffer.byteLength(piece),
  });
  for (const piece of split(answer.reasoning)) {
    const text = JSON.stringify(piece);
    const details = `[{"type":"reasoning.text","text":${text},"format":"unknown","index":0}]`;
    yield delta(`"content":"","reasoning":${text},"reasoning_details":${details}`, piece);
  }
  for (const piece of split(answer.text)) yield delta(`"content":${JSON.stringify(piece)}`, piece);
  for (const piece of split(answer.refusal ?? '')) {
    yield delta(`"content":"","refusal":${JSON.stringify(piece)}`, piece);
  }
  for (const [index, call] of answer.toolCalls.entries()) {
    const opened = {
      index,
      id: toolCallId(reply.id, 0, index),
      type: 'function',
      function: { name: call.name, arguments: '' },
    };
    yield delta(`"content":null,"tool_calls":${JSON.stringify([opened])}`, '');
    for (const piece of split(call.argumentsText)) {
      const body = `{"index":${index},"type":"function","function":{"arguments":${JSON.stringify(piece)}}}`;
      yield delta(`"content":null,"tool_calls":[${body}]`, piece);
    }
  }
}

export const envelope = (reply: Reply, object: string): JsonObject => ({
  id: generationId(reply),
  object,
  created: reply.createdSeconds,
  model: reply.model,
  provider: 'Simulated',
  system_fingerprint: null,
});

/** Usage with what the call cost, in USD. */
export const openrouterUsage = ({ usage, costUsd }: Reply): JsonObject => ({
  prompt_tokens: inputTokens(usage),
  completion_tokens: usage.output,
  total_tokens: inputTokens(usage) + usage.output,
  ...costMembers(costUsd),
  prompt_tokens_details: {
    cached_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    audio_tokens: 0,
    video_tokens: 0,
  },
  completion_tokens_details: { reasoning_tokens: usage.reasoning, image_tokens: 0, audio_tokens: 0 },
});

export const costMembers = (cost: Reply['costUsd']): JsonObject => ({
  cost: cost.total,
  is_byok: false,
  cost_details: {
    upstream_inference_cost: cost.total,
    upstream_inference_prompt_cost: cost.input,
    upstream_inference_completions_cost: cost.output,
  },
});
