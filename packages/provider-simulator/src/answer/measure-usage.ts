import { noUsage, type Usage } from '@tollgate/core';
import type { Answer } from './answer.ts';
import { bytesPerToken } from './count-tokens.ts';
import type { CachedInput } from './prompt-cache.ts';

/** The whole usage of answers to a prompt. */
export function measureUsage(input: CachedInput, answers: readonly Answer[]): Usage {
  const reasoningBytes = sum(answers.map((answer) => Buffer.byteLength(answer.reasoning)));
  const visible = sum(answers.map(visibleBytes));
  return { ...noUsage, ...input, reasoning: tokensOf(reasoningBytes), output: tokensOf(reasoningBytes + visible) };
}

/** The usage where an answer ended after so many bytes of it. */
export function usageUpTo(usage: Usage, answerBytes: number): Usage {
  const output = Math.min(usage.output, tokensOf(answerBytes));
  return { ...usage, output, reasoning: Math.min(usage.reasoning, output) };
}

const tokensOf = (bytes: number): number => Math.ceil(bytes / bytesPerToken);

const visibleBytes = (answer: Answer): number =>
  sum([answer.text, answer.refusal ?? '', ...answer.toolCalls.map((call) => call.argumentsText)].map(byteLength));

const byteLength = (text: string): number => Buffer.byteLength(text);
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
