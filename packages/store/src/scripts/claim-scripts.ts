import * as z from 'zod';
import { tryParseJson } from '@tollgate/core';
import { asRow, asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

const recordedOutcome = z.object({ outcome: z.string(), status: z.number(), costUsd: z.string() });

export const claimCallScript = declareScript({
  file: 'claim-call',
  keys: ['claim'],
  args: ['request', 'print', 'lives'],
  parse: (reply) => {
    const [request, print, ended] = asRow(reply).map(asText);
    return {
      requestId: request ?? '',
      print: print ?? '',
      ended: ended === '' ? undefined : recordedOutcome.parse(tryParseJson(ended ?? '')),
    };
  },
});

export const endClaimScript = declareScript({
  file: 'end-claim',
  keys: ['claim'],
  args: ['request', 'ended', 'lives'],
  parse: (reply) => asWord(reply, ['OK']),
});
