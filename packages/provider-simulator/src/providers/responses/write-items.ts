import type { JsonObject, JsonValue } from '@tollgate/core';
import type { Answer, Reply } from '../../answer/answer.ts';
import { sealText } from '../../answer/signed-text.ts';
import type { Ask } from '../../call/ask.ts';
import { logprobsOf } from '../chat/logprobs.ts';
import { encryptedPrefix } from './read-items.ts';

/** How an answer's items are shown; providers and requests differ. */
export interface ItemStyle {
  /** `summary`: OpenAI shows one where it is asked for. `text`: OpenRouter shows all, as open models' makers do. */
  readonly reasoning: 'hidden' | 'summary' | 'text';
  readonly encrypted: boolean;
  /** Between an id's kind and its number: OpenRouter's are only of the moment. */
  readonly idInfix: string;
  /** Whether a message says that it is the final answer. */
  readonly phases: boolean;
  /** Names of tools whose input is plain text. */
  readonly customTools: readonly string[];
}

/** An item of the output, begun and whole, with what a stream sends in between. */
export interface OutputItem {
  readonly kind: 'reasoning' | 'message' | 'call';
  readonly begun: JsonObject;
  readonly whole: JsonObject;
  /** What its pieces add up to; empty where it is not shown. */
  readonly text: string;
  /** Bytes of the answer that no piece shows. */
  readonly hiddenBytes: number;
}

/** The items of an answer. Where the cap cut it, the last one says so. */
export function outputItems(reply: Reply, ask: Ask, style: ItemStyle): readonly OutputItem[] {
  return reply.answers.flatMap((answer) => {
    const id = (kind: string, index = 0): string =>
      `${kind}_${style.idInfix}${reply.id}${index === 0 ? '' : `_${index}`}`;
    const calls = answer.toolCalls.map((call, index) => ({ call, index }));
    const spoken = answer.refusal ?? answer.text;
    const silent = spoken === '' && (calls.length > 0 || answer.finish === 'length');
    return [
      ...(answer.reasoning === '' ? [] : [reasoningItem(answer, id('rs'), style)]),
      ...(silent ? [] : [messageItem(answer, id('msg'), { logprobs: ask.logprobs, phases: style.phases })]),
      ...calls.map(({ call, index }) =>
        callItem(call, {
          id,
          index,
          callId: `call_${reply.id}_${index}`,
          custom: style.customTools.includes(call.name),
          cut: answer.finish === 'length' && index === calls.length - 1,
        }),
      ),
    ];
  });
}

function reasoningItem(answer: Answer, id: string, style: ItemStyle): OutputItem {
  const shown = style.reasoning !== 'hidden' && !answer.redacted;
  const sealed = style.encrypted ? { encrypted_content: encryptedPrefix(sealText(answer.reasoning)) } : {};
  const begun = {
    id,
    type: 'reasoning',
    ...(style.reasoning === 'text' ? {} : { content: [] }),
    summary: [],
    ...sealed,
  };
  const inSummary = style.reasoning === 'summary' ? [{ type: 'summary_text', text: answer.reasoning }] : [];
  const inContent = [{ type: 'reasoning_text', text: answer.reasoning }];
  const shownMembers = style.reasoning === 'text' ? { content: inContent } : { summary: inSummary };
  return {
    kind: 'reasoning',
    begun,
    whole: shown ? { ...begun, ...shownMembers } : begun,
    text: shown ? answer.reasoning : '',
    hiddenBytes: shown ? 0 : Buffer.byteLength(answer.reasoning),
  };
}

function messageItem(
  answer: Answer,
  id: string,
  { logprobs, phases }: { readonly logprobs: boolean; readonly phases: boolean },
): OutputItem {
  const head = { id, type: 'message', role: 'assistant', ...(phases ? { phase: 'final_answer' } : {}) };
  const cut = answer.finish === 'length' && answer.toolCalls.length === 0;
  const part = answer.refusal === undefined ? textPart(answer.text, logprobs) : refusalPart(answer.refusal);
  return {
    kind: 'message',
    begun: { ...head, status: 'in_progress', content: [] },
    whole: { ...head, status: cut ? 'incomplete' : 'completed', content: [part] },
    text: answer.refusal ?? answer.text,
    hiddenBytes: 0,
  };
}

export const textPart = (text: string, logprobs: boolean): JsonObject => ({
  type: 'output_text',
  annotations: [],
  logprobs: logprobs ? listOf(logprobsOf(text)['content']) : [],
  text,
});

export const refusalPart = (refusal: string): JsonObject => ({ type: 'refusal', refusal });

const listOf = (value: JsonValue | undefined): JsonValue => value ?? [];

interface CallPlace {
  id(kind: string, index: number): string;
  readonly index: number;
  readonly callId: string;
  readonly custom: boolean;
  readonly cut: boolean;
}

function callItem(call: Answer['toolCalls'][number], place: CallPlace): OutputItem {
  const [kind, type, member] = place.custom
    ? ['ctc', 'custom_tool_call', 'input']
    : ['fc', 'function_call', 'arguments'];
  const head = { id: place.id(kind, place.index), type, call_id: place.callId, name: call.name };
  return {
    kind: 'call',
    begun: { ...head, [member]: '', status: 'in_progress' },
    whole: { ...head, [member]: call.argumentsText, status: place.cut ? 'incomplete' : 'completed' },
    text: call.argumentsText,
    hiddenBytes: 0,
  };
}
