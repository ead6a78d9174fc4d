import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';

/** OpenRouter's name for what Gemini thought, in `reasoning_details`. */
export const geminiFormat = 'google-gemini-v1';

/**
 * Stands where the signature of a call is not known, since another model made the call, or the client lost it:
 * https://ai.google.dev/gemini-api/docs/thought-signatures tells to send it then.
 */
export const unknownSignature = 'skip_thought_signature_validator';

/** A thought, or a piece of it. */
export const thoughtDetail = (
  index: number,
  of: { readonly text?: string; readonly signature?: string },
): JsonObject => ({
  type: 'reasoning.text',
  format: geminiFormat,
  index,
  ...of,
});

/** What was thought before a call, which `callId` names, or before text. */
export const signatureDetail = (index: number, signature: string, callId?: string): JsonObject => ({
  type: 'reasoning.encrypted',
  format: geminiFormat,
  index,
  data: signature,
  ...(callId === undefined ? {} : { id: callId }),
});

/** What an assistant message carries back of its thoughts. */
export interface ReplayedThoughts {
  /** Thoughts that were signed themselves. The others are summaries, of which Google wants none back. */
  readonly signed: readonly { readonly text: string; readonly signature: string }[];
  readonly ofCalls: readonly { readonly callId: string; readonly signature: string }[];
  readonly ofText: readonly string[];
}

/** Reads `reasoning_details` of this format, whole or as they were streamed. */
export function replayThoughts(message: JsonObject): ReplayedThoughts {
  const details = isJsonArray(message['reasoning_details']) ? message['reasoning_details'] : [];
  const ours = details.filter(isJsonObject).filter(({ format }) => format === geminiFormat);
  const sealed = ours.filter(({ data }) => textOf(data) !== '');
  return {
    signed: joinThoughts(ours).filter(({ signature }) => signature !== ''),
    ofCalls: sealed.flatMap(({ id, data }) =>
      textOf(id) === '' ? [] : [{ callId: textOf(id), signature: textOf(data) }],
    ),
    ofText: sealed.flatMap(({ id, data }) => (textOf(id) === '' ? [textOf(data)] : [])),
  };
}

/** Pieces of a thought share its index. */
function joinThoughts(details: readonly JsonObject[]): readonly { text: string; signature: string }[] {
  const thoughts = new Map<string, { text: string; signature: string }>();
  details.forEach(({ type, index, text, signature }, position) => {
    if (type !== 'reasoning.text') return;
    const key = typeof index === 'number' ? `index ${index}` : `position ${position}`;
    const thought = thoughts.get(key) ?? { text: '', signature: '' };
    thought.text += textOf(text);
    thought.signature += textOf(signature);
    thoughts.set(key, thought);
  });
  return [...thoughts.values()];
}

const textOf = (value: JsonObject[string]): string => (typeof value === 'string' ? value : '');
