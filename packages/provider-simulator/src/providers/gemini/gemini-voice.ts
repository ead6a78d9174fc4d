import { listedModels } from '../../call/models.ts';
import type { ModelsList, ProviderVoice } from '../voice.ts';
import { geminiError } from './gemini-errors.ts';

/** generativelanguage.googleapis.com. */
export const geminiVoice: ProviderVoice = {
  provider: 'gemini',
  credentialOf: (headers) => (typeof headers['x-goog-api-key'] === 'string' ? headers['x-goog-api-key'] : undefined),
  error: geminiError,
  headers: () => ({ 'server-timing': 'gfet4t7; dur=12', vary: 'Origin, X-Origin, Referer' }),
};

export const geminiModelsList: ModelsList = () => ({
  models: listedModels.gemini.map((id) => ({
    name: `models/${id}`,
    version: '001',
    displayName: id,
    description: 'A simulated model.',
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: id.includes('embedding')
      ? ['embedContent', 'countTokens']
      : ['generateContent', 'countTokens', 'createCachedContent', 'batchGenerateContent'],
    temperature: 1,
    topP: 0.95,
    topK: 64,
    maxTemperature: 2,
  })),
});
