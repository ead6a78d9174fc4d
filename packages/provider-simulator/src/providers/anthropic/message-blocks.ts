import { isJsonObject, tryParseJson, type JsonObject } from '@tollgate/core';
import type { Answer } from '../../answer/answer.ts';
import { redactedBlock, signatureOf, thinkingBlock } from './thinking-blocks.ts';

/** What a request says of how an answer is shown. */
export interface Display {
  readonly omitThinking: boolean;
  readonly citations: readonly JsonObject[];
}

/** A content block, as it is opened, told in pieces, and whole. */
export interface Block {
  readonly kind: 'thinking' | 'redacted_thinking' | 'text' | 'tool_use';
  readonly opened: JsonObject;
  readonly whole: JsonObject;
  /** The piecewise text with the delta's type and member; nothing is told of what is opened whole. */
  readonly text: string;
  readonly deltaType: string;
  readonly deltaMember: string;
  /** Deltas after those of the text. */
  readonly lastDeltas: readonly JsonObject[];
  /** Bytes of the answer that no piece shows. */
  readonly hiddenBytes: number;
}

export function blocksOfAnswer(answer: Answer, id: string, display: Display): readonly Block[] {
  const spoken = answer.refusal ?? answer.text;
  return [
    ...(answer.reasoning === '' ? [] : [reasoningBlock(answer, display)]),
    ...(spoken === '' ? [] : [textBlock(spoken, display.citations)]),
    ...answer.toolCalls.map((call, index) => toolBlock(call, `toolu_${id}_${index}`)),
  ];
}

function reasoningBlock({ reasoning, redacted }: Answer, { omitThinking }: Display): Block {
  const hiddenBytes = Buffer.byteLength(reasoning);
  const deltas = { deltaType: 'thinking_delta', deltaMember: 'thinking' };
  if (redacted) {
    const block = redactedBlock(reasoning);
    return { kind: 'redacted_thinking', opened: block, whole: block, text: '', ...deltas, lastDeltas: [], hiddenBytes };
  }
  return {
    kind: 'thinking',
    opened: { type: 'thinking', thinking: '', signature: '' },
    whole: thinkingBlock(reasoning, omitThinking),
    text: omitThinking ? '' : reasoning,
    ...deltas,
    lastDeltas: [{ type: 'signature_delta', signature: signatureOf(reasoning) }],
    hiddenBytes: omitThinking ? hiddenBytes : 0,
  };
}

const textBlock = (text: string, citations: readonly JsonObject[]): Block => {
  const cited = citations.length === 0 ? {} : { citations };
  return {
    kind: 'text',
    opened: { type: 'text', text: '', ...(citations.length === 0 ? {} : { citations: [] }) },
    whole: { type: 'text', text, ...cited },
    text,
    deltaType: 'text_delta',
    deltaMember: 'text',
    lastDeltas: citations.map((citation) => ({ type: 'citations_delta', citation })),
    hiddenBytes: 0,
  };
};

function toolBlock(call: Answer['toolCalls'][number], id: string): Block {
  const input = tryParseJson(call.argumentsText);
  const opened = { type: 'tool_use', id, name: call.name, input: {} };
  return {
    kind: 'tool_use',
    opened,
    whole: { ...opened, input: isJsonObject(input) ? input : {} },
    text: call.argumentsText === '{}' ? '' : call.argumentsText,
    deltaType: 'input_json_delta',
    deltaMember: 'partial_json',
    lastDeltas: [],
    hiddenBytes: 0,
  };
}
