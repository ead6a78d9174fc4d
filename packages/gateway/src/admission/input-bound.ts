import { isAscii } from 'node:buffer';
import type { Call } from '@tollgate/core';
import { mostImageTokens } from './image-tokens.ts';
import { mediaIn } from './media.ts';

/** What a provider puts around a prompt: separators of messages, the system prompt that comes with tools. */
const hiddenTokens = 1024;

export interface Window {
  readonly providerModel: string;
  readonly contextWindowTokens: number | undefined;
}

/** What of a call's input can be bounded otherwise than by a model's context window. */
export interface InputExtent {
  /** A tokeniser makes at most one token of a byte. Images are not in it. */
  readonly textBytes: number;
  readonly images: number;
  readonly hasFiles: boolean;
  /** Something is referred to (a file, audio) whose size nobody here knows. */
  readonly refers: boolean;
}

/** Once a call, since it reads the body; the same for every target. */
export function inputExtent(call: Call): InputExtent {
  const media = mediaIn(call);
  const images = media.filter((medium) => medium.kind === 'image');
  return {
    textBytes: (call.inputTextBytes ?? mostBytes(call.body)) - images.reduce((sum, { bytes }) => sum + bytes, 0),
    images: images.length,
    hasFiles: media.some(({ kind }) => kind === 'file'),
    refers:
      isHeard(call) || continuesAnother(call) || media.some(({ kind }) => kind === 'file' || kind === 'reference'),
  };
}

/** How long a recording is cannot be told from its bytes. */
const isHeard = ({ protocol }: Call): boolean =>
  protocol === 'audio_transcriptions' || protocol === 'audio_translations';

/** What came before counts again, and is not in the body. */
const continuesAnother = ({ body }: Call): boolean => (body.outline['previous_response_id'] ?? null) !== null;

/** Undefined: nothing bounds it. */
export function mostInputTokens(
  extent: InputExtent,
  { providerModel, contextWindowTokens }: Window,
): number | undefined {
  const imageTokens = extent.images === 0 ? 0 : mostImageTokens(providerModel);
  if (extent.refers || imageTokens === undefined) return contextWindowTokens;
  const counted = extent.textBytes + extent.images * imageTokens + hiddenTokens;
  return contextWindowTokens === undefined ? counted : Math.min(contextWindowTokens, counted);
}

/**
 * Some tokenisers normalise before they count, which makes eighteen letters of one character (U+FDFA). Escapes in
 * the body may hide such a one.
 */
function mostBytes(body: Call['body']): number {
  const { raw } = body;
  const isEscaped = raw.includes('\\u');
  if (isAscii(raw) && !isEscaped) return raw.length;
  const text = isEscaped ? JSON.stringify(body.value) : raw.toString('utf8');
  return Math.max(raw.length, Buffer.byteLength(text.normalize('NFKC')));
}
