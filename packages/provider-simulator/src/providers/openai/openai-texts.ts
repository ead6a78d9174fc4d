import type { JsonObject } from '@tollgate/core';
import type { ReceivedRequest } from '../../call/endpoint.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { shortUsage } from '../chat/chat-flavour.ts';
import { checkRanges, type Range } from '../chat/check-ranges.ts';
import { invalid, missing, type ChatProblem } from '../chat/problems.ts';
import { completions, promptsOf } from '../completions/completions.ts';
import { checkEmbeddings, embeddings } from '../embeddings/embeddings.ts';
import { textsOf } from '../read-members.ts';
import { openaiVoice } from './openai-voice.ts';

/** The model that a request has to name, where there is one of that name. */
export function checkOpenaiModel({ model }: Pick<ReceivedRequest, 'model'>): void {
  if (model === '') throw new Refusal({ kind: '400', message: 'you must provide a model parameter' });
  if (!isServed('openai', model)) throw new Refusal({ kind: '404' });
}

export function refuse(problem: ChatProblem | undefined): void {
  if (problem !== undefined) throw new Refusal({ kind: '400', ...problem });
}

/** api.openai.com, embeddings. */
export const openaiEmbeddings = embeddings({
  voice: openaiVoice,
  check: (request) => {
    checkOpenaiModel(request);
    refuse(checkEmbeddings(request.body));
  },
  extras: () => ({ body: {}, usage: {} }),
});

/** api.openai.com, legacy completions. */
export const openaiCompletions = completions({
  voice: openaiVoice,
  caching: 'none',
  keepAlive: undefined,
  check: (request) => {
    checkOpenaiModel(request);
    if (!/instruct|davinci|babbage/.test(request.model)) {
      const message =
        'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?';
      throw new Refusal({ kind: '404', message, param: 'model', code: null });
    }
    refuse(checkCompletions(request.body));
  },
  id: ({ id }) => `cmpl-${id}`,
  usage: ({ usage }) => shortUsage(usage),
  alwaysUsage: false,
});

const ranges: readonly Range[] = [
  { name: 'max_tokens', least: 0, most: 2 ** 31, whole: true },
  { name: 'n', least: 1, most: 128, whole: true },
  { name: 'logprobs', least: 0, most: 5, whole: true },
  { name: 'temperature', least: 0, most: 2 },
  { name: 'top_p', least: 0, most: 1 },
];

/** What every server of this format refuses. */
export function checkCompletions(body: JsonObject): ChatProblem | undefined {
  if (promptsOf(body).length === 0) return missing('prompt');
  if (textsOf(body['stop']).length > 4) return invalid("Invalid 'stop': array too long. Expected at most 4.", 'stop');
  return checkRanges(ranges, body);
}
