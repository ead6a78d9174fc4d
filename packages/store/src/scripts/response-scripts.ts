import * as z from 'zod';
import { tryParseJson, type ResponsePlace } from '@tollgate/core';
import { asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

const place = z.object({
  model: z.string(),
  provider: z.string(),
  providerModel: z.string(),
  credential: z.string(),
});

export const keepResponseScript = declareScript({
  file: 'keep-response',
  keys: ['response'],
  args: ['place', 'lives'],
  parse: (reply) => asWord(reply, ['OK']),
});

/** What another release has written otherwise is as if it were not there. */
export const findResponseScript = declareScript({
  file: 'find-response',
  keys: ['response'],
  args: [],
  parse: (reply): ResponsePlace | undefined => place.safeParse(tryParseJson(asText(reply))).data,
});
