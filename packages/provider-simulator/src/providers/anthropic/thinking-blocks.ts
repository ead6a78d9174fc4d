import type { JsonObject } from '@tollgate/core';
import { openSealed, sealText } from '../../answer/signed-text.ts';
import { textOf } from '../read-members.ts';

/** What a model thought, signed so that it cannot be changed before it comes back; `omitted` shows nothing of it. */
export const thinkingBlock = (thinking: string, omitted: boolean): JsonObject => ({
  type: 'thinking',
  thinking: omitted ? '' : thinking,
  signature: signatureOf(thinking),
});

export const signatureOf = (thinking: string): string => sealText(`thinking:${thinking}`);

export const redactedBlock = (thinking: string): JsonObject => ({
  type: 'redacted_thinking',
  data: sealText(`redacted:${thinking}`),
});

/** What is wrong with such a block that comes back. Thinking that is not shown comes back without its text. */
export function checkThinkingBlock(block: JsonObject, at: string): string | undefined {
  if (block['type'] === 'redacted_thinking') {
    if (typeof block['data'] !== 'string') return `${at}.redacted_thinking.data: Field required`;
    const opened = openSealed(block['data']);
    return opened?.startsWith('redacted:') === true
      ? undefined
      : `${at}: Invalid \`data\` in \`redacted_thinking\` block`;
  }
  if (typeof block['thinking'] !== 'string') return `${at}.thinking.thinking: Field required`;
  if (typeof block['signature'] !== 'string') return `${at}.thinking.signature: Field required`;
  const opened = openSealed(block['signature']);
  const signed = opened?.startsWith('thinking:') === true ? opened.slice('thinking:'.length) : undefined;
  return signed !== undefined && (block['thinking'] === '' || block['thinking'] === signed)
    ? undefined
    : `${at}: Invalid \`signature\` in \`thinking\` block`;
}

/** What such a block counts in a prompt. */
export function thinkingText(block: JsonObject): string {
  const opened = openSealed(textOf(block['signature'] ?? block['data']));
  return opened === undefined ? textOf(block['thinking']) : opened.slice(opened.indexOf(':') + 1);
}
