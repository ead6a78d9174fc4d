import type { ReceivedRequest } from '../../call/endpoint.ts';
import { isServed } from '../../call/models.ts';
import { Refusal } from '../../call/refusal.ts';
import { shortUsage } from '../chat/chat-flavour.ts';
import { completions } from '../completions/completions.ts';
import { embeddings } from '../embeddings/embeddings.ts';
import { checkEmbeddingInputs } from '../embeddings/read-embedding-inputs.ts';
import type { OpenaiServer } from '../openai/openai-server.ts';
import { checkCompletions } from '../openai/openai-texts.ts';
import { rerank, rerankProblem } from '../rerank/rerank.ts';
import { compatibleVoice } from './compatible-voice.ts';

function checkModel({ model }: ReceivedRequest): void {
  if (!isServed('compatible', model)) throw new Refusal({ kind: '404' });
}

/** What servers like LocalAI have beside texts. */
export const compatibleServer: OpenaiServer = { voice: compatibleVoice, checkModel };

function refuse(message: string | undefined): void {
  if (message !== undefined) throw new Refusal({ kind: '400', message });
}

/** A local server's embeddings. */
export const compatibleEmbeddings = embeddings({
  voice: compatibleVoice,
  check: (request) => {
    checkModel(request);
    refuse(checkEmbeddingInputs(request.body)?.message);
  },
  extras: () => ({ body: {}, usage: {} }),
});

/** A local server's completions. */
export const compatibleCompletions = completions({
  voice: compatibleVoice,
  caching: 'none',
  keepAlive: undefined,
  check: (request) => {
    checkModel(request);
    refuse(checkCompletions(request.body)?.message);
  },
  id: ({ id }) => `cmpl-${id}`,
  usage: ({ usage }) => shortUsage(usage),
  alwaysUsage: false,
});

/** A local server's reranking, in Jina's shape. */
export const compatibleRerank = rerank({
  voice: compatibleVoice,
  check: (request) => {
    checkModel(request);
    refuse(rerankProblem(request.body));
  },
  bills: 'tokens',
  alwaysDocuments: false,
  members: ({ model, tokens }) => ({
    model,
    object: 'list',
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }),
});
