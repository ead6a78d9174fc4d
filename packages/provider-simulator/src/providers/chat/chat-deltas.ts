import type { JsonObject } from '@tollgate/core';
import type { Answer, Reply } from '../../answer/answer.ts';
import { splitByTokens } from '../../answer/count-tokens.ts';
import type { Frame } from '../../call/script.ts';
import { toolCallId } from './chat-finish.ts';
import type { ChatFlavour } from './chat-flavour.ts';

/** What a chunk adds to one choice. */
export interface Delta {
  readonly choice: number;
  readonly json: string;
  readonly kind: Frame['kind'];
  readonly answerBytes: number;
  readonly finish?: string;
  /** What it adds to the visible text. */
  readonly text?: string;
}

export interface DeltaSource {
  readonly reply: Reply;
  readonly answer: Answer;
  readonly choice: number;
  readonly flavour: ChatFlavour;
}

export function* deltasOf(source: DeltaSource): Generator<Delta> {
  const { answer, choice, flavour } = source;
  const { reasoningMember } = flavour;
  const hiddenBytes = reasoningMember === undefined ? Buffer.byteLength(answer.reasoning) : 0;
  const role = '{"role":"assistant","content":"","refusal":null}';
  if (!flavour.fullDeltas) yield { choice, json: role, kind: 'lifecycle', answerBytes: hiddenBytes };
  if (reasoningMember !== undefined) yield* textDeltas(source, reasoningMember, answer.reasoning);
  yield* textDeltas(source, 'content', answer.text);
  yield* textDeltas(source, 'refusal', answer.refusal ?? '');
  for (const index of answer.toolCalls.keys()) yield* callDeltas(source, index);
  const last = flavour.fullDeltas ? '{"role":"assistant","content":""}' : '{}';
  yield { choice, json: last, kind: 'closing', answerBytes: 0, finish: flavour.finish(answer) };
}

function* textDeltas({ reply, choice, flavour }: DeltaSource, member: string, text: string): Generator<Delta> {
  for (const piece of splitByTokens(text, reply.tokensPerEvent)) {
    const full = { role: 'assistant', content: '', [member]: piece };
    const json = flavour.fullDeltas ? JSON.stringify(full) : `{"${member}":${JSON.stringify(piece)}}`;
    yield {
      choice,
      json,
      kind: 'content',
      answerBytes: Buffer.byteLength(piece),
      ...(member === 'content' ? { text: piece } : {}),
    };
  }
}

function* callDeltas({ reply, answer, choice, flavour }: DeltaSource, index: number): Generator<Delta> {
  const call = answer.toolCalls[index];
  if (call === undefined) return;
  const whole = flavour.calls === 'whole';
  const named = { index, id: toolCallId(reply.id, choice, index), type: 'function' };
  const opened: JsonObject = { ...named, function: { name: call.name, arguments: whole ? call.argumentsText : '' } };
  const delta = { ...(flavour.fullDeltas ? { role: 'assistant', content: '' } : {}), tool_calls: [opened] };
  const openedBytes = whole ? Buffer.byteLength(call.argumentsText) : 0;
  yield { choice, json: JSON.stringify(delta), kind: 'content', answerBytes: openedBytes };
  if (whole) return;
  for (const piece of splitByTokens(call.argumentsText, reply.tokensPerEvent)) {
    const json = `{"tool_calls":[{"index":${index},"function":{"arguments":${JSON.stringify(piece)}}}]}`;
    yield { choice, json, kind: 'content', answerBytes: Buffer.byteLength(piece) };
  }
}
