import type { ReceivedRequest } from '../../call/endpoint.ts';
import { post, type Route } from '../route.ts';
import type { ProviderVoice } from '../voice.ts';
import { imageGeneration } from './openai-images.ts';
import { speech } from './openai-speech.ts';
import { checkOpenaiModel } from './openai-texts.ts';
import { transcriptions, translations } from './openai-transcriptions.ts';
import { openaiVoice } from './openai-voice.ts';

/** A server that has OpenAI's endpoints in words of its own. */
export interface OpenaiServer {
  readonly voice: ProviderVoice;
  /** Throws a Refusal where it has no model of that name. */
  checkModel(request: ReceivedRequest): void;
}

/** api.openai.com. */
export const openaiServer: OpenaiServer = { voice: openaiVoice, checkModel: checkOpenaiModel };

/** Images and audio, below the base URL. */
export const mediaRoutes = (server: OpenaiServer): readonly Route[] => [
  post('/images/generations', imageGeneration(server)),
  post('/audio/speech', speech(server)),
  post('/audio/transcriptions', transcriptions(server)),
  post('/audio/translations', translations(server)),
];
