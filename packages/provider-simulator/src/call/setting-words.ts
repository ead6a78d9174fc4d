import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** `name=value` words, separated by spaces or commas, as members; a word without `=` is an empty value. */
export const splitWords = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== '');

export const settingsOf = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );

/** What a prompt tells the simulator; nonsense is refused as a bad request, so that a typing mistake is seen. */
export function parseTold<T>(schema: z.ZodType<T>, told: unknown): T {
  const parsed = schema.safeParse(told);
  if (parsed.success) return parsed.data;
  throw new Refusal({ kind: '400', message: `simulator: ${z.prettifyError(parsed.error)}` });
}
