import { createHash } from 'node:crypto';

/** What Anthropic's clients may rely on in ids of tool calls. */
const allowed = /^[a-zA-Z0-9_-]+$/;
const mark = 'toolu_tg_';

/** A provider's id of a call as Anthropic allows it: itself, or reversibly encoded, so that any node can give it back. */
export const shownCallId = (id: string): string =>
  allowed.test(id) && !id.startsWith(mark) ? id : mark + Buffer.from(id).toString('base64url');

/** The id as the provider gave it. */
export const givenCallId = (id: string): string =>
  id.startsWith(mark) ? Buffer.from(id.slice(mark.length), 'base64url').toString('utf8') : id;

/** For a call that came without an id, or with that of another call in the same answer. */
export const mintCallId = (requestId: string, ordinal: number): string =>
  `toolu_${createHash('sha256').update(`${requestId} ${ordinal}`).digest('hex').slice(0, 24)}`;
