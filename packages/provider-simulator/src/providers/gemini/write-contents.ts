import { inputTokens, isJsonObject, tryParseJson, type JsonObject, type Usage } from '@tollgate/core';
import type { Answer, Finish, Reply } from '../../answer/answer.ts';
import { splitByTokens } from '../../answer/count-tokens.ts';
import { usageUpTo } from '../../answer/measure-usage.ts';
import type { Frame, FrameKind } from '../../call/script.ts';
import { interleave } from '../chat/interleave.ts';
import { needsSignatures } from './model-traits.ts';
import { thoughtSignature } from './parts.ts';

const finishReasons: Readonly<Record<Finish, string>> = {
  stop: 'STOP',
  stop_sequence: 'STOP',
  length: 'MAX_TOKENS',
  tool_calls: 'STOP',
  refusal: 'SAFETY',
};

const finishOf = (answer: Answer): string => answer.finishWord ?? finishReasons[answer.finish];

/** The answer, or a piece of it, as JSON. */
export interface WrittenContent {
  readonly kind: FrameKind;
  readonly json: JsonObject;
  readonly answerBytes: Frame['answerBytes'];
}

export interface ContentStyle {
  readonly includeThoughts: boolean;
}

/** A whole answer. */
export const wholeContent = (reply: Reply, style: ContentStyle): JsonObject => ({
  candidates: reply.answers.map((answer, index) => ({
    ...(answer.finish === 'refusal' ? {} : { content: { parts: partsOfAnswer(answer, reply, style), role: 'model' } }),
    ...endOf(answer),
    index,
  })),
  usageMetadata: usageMetadata(reply.usage),
  ...footOf(reply),
});

/** What a filter blocked before any model saw it: billed as input alone. */
export const blockedContent = (reply: Reply): JsonObject => ({
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: inputTokens(reply.usage), totalTokenCount: inputTokens(reply.usage) },
  ...footOf(reply),
});

const footOf = (reply: Reply): JsonObject => ({ modelVersion: reply.model, responseId: reply.id });

const endOf = (answer: Answer): JsonObject => ({
  finishReason: finishOf(answer),
  ...(answer.finish === 'refusal'
    ? { safetyRatings: [{ category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true }] }
    : {}),
});

/** Thoughts where they are to be shown, text, calls; the first call, or the text, carries what was thought. */
function partsOfAnswer(answer: Answer, reply: Reply, { includeThoughts }: ContentStyle): readonly JsonObject[] {
  const shown = includeThoughts && answer.reasoning !== '' ? [{ text: answer.reasoning, thought: true }] : [];
  const signed = signatureOf(answer, reply);
  const calls = callParts(answer, reply, signed);
  const text = answer.text === '' ? [] : [{ text: answer.text, ...(calls.length === 0 ? signed : {}) }];
  return [...shown, ...text, ...calls];
}

const signatureOf = (answer: Answer, reply: Reply): JsonObject =>
  answer.reasoning !== '' && needsSignatures(reply.model)
    ? { thoughtSignature: thoughtSignature(answer.reasoning) }
    : {};

/** A call that the cap cut is not told at all. */
function callParts(answer: Answer, reply: Reply, signed: JsonObject): readonly JsonObject[] {
  return answer.toolCalls
    .flatMap(({ name, argumentsText }, index) => {
      const args = tryParseJson(argumentsText);
      const id = needsSignatures(reply.model) ? { id: `call_${reply.id}_${index}` } : {};
      return isJsonObject(args) ? [{ functionCall: { ...id, name, args } }] : [];
    })
    .map((part, index) => (index === 0 ? { ...part, ...signed } : part));
}

/** The pieces of a stream; each says what was used so far, and the last of each candidate why it ended. */
export function* contentPieces(reply: Reply, style: ContentStyle): Generator<WrittenContent> {
  let sent = 0;
  for (const piece of interleave(reply.answers.map((answer, index) => answerPieces(answer, index, { reply, style })))) {
    sent += piece.answerBytes;
    const usage = piece.kind === 'closing' ? reply.usage : usageUpTo(reply.usage, sent);
    const json = { candidates: [piece.json], usageMetadata: usageMetadata(usage), ...footOf(reply) };
    yield { ...piece, json };
  }
}

function* answerPieces(
  answer: Answer,
  index: number,
  { reply, style }: { readonly reply: Reply; readonly style: ContentStyle },
): Generator<WrittenContent> {
  const piece = (part: JsonObject, answerBytes: number): WrittenContent => ({
    kind: 'content',
    json: { content: { parts: [part], role: 'model' }, index },
    answerBytes,
  });
  const shown = style.includeThoughts ? answer.reasoning : '';
  for (const text of splitByTokens(shown, reply.tokensPerEvent))
    yield piece({ text, thought: true }, Buffer.byteLength(text));
  for (const text of splitByTokens(answer.text, reply.tokensPerEvent)) yield piece({ text }, Buffer.byteLength(text));
  const signed = signatureOf(answer, reply);
  const calls = callParts(answer, reply, signed);
  for (const [at, part] of calls.entries()) {
    yield piece(part, Buffer.byteLength(answer.toolCalls[at]?.argumentsText ?? ''));
  }
  const parts = calls.length === 0 ? [{ text: '', ...signed }] : [];
  const content = answer.finish === 'refusal' || parts.length === 0 ? {} : { content: { parts, role: 'model' } };
  // Made, and billed, though none of it is shown.
  const hidden = Buffer.byteLength((shown === '' ? answer.reasoning : '') + (answer.refusal ?? ''));
  yield { kind: 'closing', json: { ...content, ...endOf(answer), index }, answerBytes: hidden };
}

/** Thoughts are counted beside the candidates; what was read from cache within the prompt. */
export function usageMetadata(usage: Usage): JsonObject {
  const prompt = inputTokens(usage);
  const cached = { cachedContentTokenCount: usage.cacheRead, cacheTokensDetails: textTokens(usage.cacheRead) };
  return {
    promptTokenCount: prompt,
    ...(usage.cacheRead > 0 ? cached : {}),
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning > 0 ? { thoughtsTokenCount: usage.reasoning } : {}),
    totalTokenCount: prompt + usage.output,
    promptTokensDetails: textTokens(prompt),
  };
}

export const textTokens = (tokenCount: number): readonly JsonObject[] => [{ modality: 'TEXT', tokenCount }];
