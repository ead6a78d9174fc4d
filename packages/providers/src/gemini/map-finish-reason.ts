export type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

const filtered: ReadonlySet<string> = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
]);

/** Google's `finishReason` in OpenAI's words (https://ai.google.dev/api/generate-content#FinishReason). */
export function mapFinishReason(reason: string, calls: number): ChatFinishReason {
  if (reason === 'MAX_TOKENS') return 'length';
  if (filtered.has(reason)) return 'content_filter';
  return calls > 0 ? 'tool_calls' : 'stop';
}

/** The model failed at calling a function: nobody can go on from what it said. */
export const isFailure = (reason: string): boolean =>
  ['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'MALFORMED_RESPONSE'].includes(reason);
