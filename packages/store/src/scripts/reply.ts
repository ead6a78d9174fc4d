/** Replies of scripts, read as what they have to be. What does not fit is a fault of ours: TypeError. */
export const asRow = (reply: unknown): readonly unknown[] => {
  if (Array.isArray(reply)) return reply;
  throw new TypeError(`a script replied ${JSON.stringify(reply)} where a list was due`);
};

export const asText = (reply: unknown): string => {
  if (typeof reply === 'string') return reply;
  throw new TypeError(`a script replied ${JSON.stringify(reply)} where text was due`);
};

export const asCount = (reply: unknown): number => {
  const count = typeof reply === 'number' ? reply : Number(asText(reply));
  if (Number.isSafeInteger(count)) return count;
  throw new TypeError(`a script replied ${JSON.stringify(reply)} where a whole number was due`);
};

/** Empty text is none. */
export const asOptionalCount = (reply: unknown): number | undefined => (reply === '' ? undefined : asCount(reply));

/** One of the words that a script may answer. */
export const asWord = <const Word extends string>(reply: unknown, words: readonly Word[]): Word => {
  const word = words.find((candidate) => candidate === reply);
  if (word !== undefined) return word;
  throw new TypeError(`a script replied ${JSON.stringify(reply)} where one of ${words.join(', ')} was due`);
};
