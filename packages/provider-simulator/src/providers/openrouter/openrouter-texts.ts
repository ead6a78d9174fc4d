import { Refusal } from '../../call/refusal.ts';
import { completions } from '../completions/completions.ts';
import { embeddings } from '../embeddings/embeddings.ts';
import { checkEmbeddingInputs } from '../embeddings/read-embedding-inputs.ts';
import { checkCompletions } from '../openai/openai-texts.ts';
import { rerank, rerankProblem } from '../rerank/rerank.ts';
import { checkOpenrouterModel } from './openrouter-chat.ts';
import { generationId, openrouterVoice, processingComment } from './openrouter-voice.ts';
import { openrouterUsage } from './write-openrouter.ts';

function refuse(message: string | undefined): void {
  if (message !== undefined) throw new Refusal({ kind: '400', message });
}

/** openrouter.ai, embeddings: with the cost in the usage. */
export const openrouterEmbeddings = embeddings({
  voice: openrouterVoice,
  check: ({ body, model }) => {
    if (model.includes('no-such')) refuse(`Model ${model} does not exist`);
    checkOpenrouterModel(body);
    refuse(checkEmbeddingInputs(body)?.message);
  },
  extras: ({ id, costUsd }) => ({
    body: { id: `gen-emb-${id}`, provider: 'Simulated' },
    usage: { cost: costUsd },
  }),
});

/** openrouter.ai, legacy completions. */
export const openrouterCompletions = completions({
  voice: openrouterVoice,
  caching: 'none',
  keepAlive: processingComment,
  check: ({ body }) => {
    checkOpenrouterModel(body);
    refuse(checkCompletions(body)?.message);
  },
  id: generationId,
  usage: openrouterUsage,
  alwaysUsage: true,
});

/** openrouter.ai, reranking: by searches, with the cost in the usage. */
export const openrouterRerank = rerank({
  voice: openrouterVoice,
  check: ({ body }) => {
    checkOpenrouterModel(body);
    refuse(rerankProblem(body));
  },
  bills: 'searches',
  alwaysDocuments: true,
  members: ({ id, model, billed, tokens, costUsd }) => ({
    id: `gen-rerank-${id}`,
    model,
    provider: 'Simulated',
    usage: { cost: costUsd, search_units: billed.units.searches, total_tokens: tokens },
  }),
});
