import { listedModels } from '../../call/models.ts';
import { bearerCredential } from '../bearer-credential.ts';
import type { ModelsList, ProviderVoice } from '../voice.ts';
import { openrouterError } from './openrouter-errors.ts';

/** What keeps each of its streams open. */
export const processingComment = ': OPENROUTER PROCESSING\n\n';

export const generationId = ({ id }: { readonly id: string }): string => `gen-${id}`;

/** openrouter.ai. */
export const openrouterVoice: ProviderVoice = {
  provider: 'openrouter',
  credentialOf: bearerCredential,
  error: openrouterError,
  headers: (context) => ({
    'access-control-allow-origin': '*',
    'cf-ray': `${context.id}-SIM`,
    'x-generation-id': generationId(context),
  }),
};

export const openrouterModelsList: ModelsList = () => ({
  data: listedModels.openrouter.map((id) => ({
    id,
    canonical_slug: id,
    name: id,
    created: 1_721_172_741,
    description: 'A simulated model.',
    context_length: 400_000,
    architecture: { modality: 'text->text', input_modalities: ['text'], output_modalities: ['text'] },
    pricing: { prompt: '0.00000015', completion: '0.0000006', input_cache_read: '0.000000075' },
    top_provider: { context_length: 400_000, max_completion_tokens: 16_384, is_moderated: false },
    supported_parameters: ['max_tokens', 'temperature', 'tools', 'tool_choice', 'response_format', 'reasoning'],
  })),
});
