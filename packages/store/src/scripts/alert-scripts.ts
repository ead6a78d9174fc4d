import type { DueAlert } from '@tollgate/core';
import { asCount, asRow, asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

export const raiseAlertScript = declareScript({
  file: 'raise-alert',
  keys: ['alert'],
  args: ['base', 'id', 'text', 'webhooks'],
  parse: (reply) => asCount(reply) === 1,
});

export const takeAlertsScript = declareScript({
  file: 'take-alerts',
  keys: ['queue'],
  args: ['base', 'webhook', 'most', 'lease'],
  parse: (reply): readonly DueAlert[] =>
    asRow(reply).map((row) => {
      const [id, text, raisedAtMs, tries] = asRow(row);
      return { id: asText(id), text: asText(text), raisedAtMs: asCount(raisedAtMs), tries: asCount(tries) };
    }),
});

export const finishAlertScript = declareScript({
  file: 'finish-alert',
  keys: ['queue'],
  args: ['id', 'again'],
  parse: (reply) => asWord(reply, ['OK']),
});
