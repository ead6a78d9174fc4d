import type { AppliedNumbers, LedgerState } from '@tollgate/core';
import { asCount, asRow, asText, asWord } from './reply.ts';
import { declareScript } from './script.ts';

export const appliedScript = declareScript({
  file: 'applied',
  keys: ['producer'],
  args: [],
  parse: (reply): AppliedNumbers => {
    const [mark, ...ahead] = asRow(reply);
    return { mark: asCount(mark), ahead: new Set(ahead.map(asCount)) };
  },
});

export const rejoinScript = declareScript({
  file: 'rejoin',
  keys: ['meta'],
  args: ['lease', 'busy'],
  parse: (reply): LedgerState => {
    const [word, run] = asRow(reply);
    return { kind: asWord(word, ['whole', 'recovering']), run: asText(run) };
  },
});

export const chargeWindowScript = declareScript({
  file: 'charge-window',
  keys: ['index'],
  args: ['base', 'kind', 'scope', 'requests', 'tokens', 'limit'],
  parse: (reply) => asWord(reply, ['OK']),
});

export const beatScript = declareScript({
  file: 'beat',
  keys: ['nodes'],
  args: ['node', 'lives'],
  parse: asCount,
});
