import { anthropicCountTokens, anthropicMessages } from './anthropic/anthropic-messages.ts';
import { anthropicModelsList } from './anthropic/anthropic-voice.ts';
import { azureDeploymentRoutes, azureResponsesServer } from './azure/azure-openai.ts';
import { azureModelsList } from './azure/azure-voice.ts';
import { basePaths } from './base-paths.ts';
import { compatibleChat, ollamaChat, vllmChat } from './compatible/local-chat.ts';
import {
  compatibleCompletions,
  compatibleEmbeddings,
  compatibleRerank,
  compatibleServer,
} from './compatible/compatible-texts.ts';
import { compatibleModelsList } from './compatible/compatible-voice.ts';
import { ollamaModelsList, vllmModelsList } from './compatible/local-voices.ts';
import { geminiGenerate, geminiStream } from './gemini/gemini-content.ts';
import { geminiBatchEmbed, geminiCountTokens, geminiEmbed } from './gemini/gemini-counts.ts';
import { geminiModelsList } from './gemini/gemini-voice.ts';
import { openaiChat } from './openai/openai-chat.ts';
import { moderations } from './openai/openai-moderations.ts';
import { openaiResponsesServer, responses } from './openai/openai-responses.ts';
import { mediaRoutes, openaiServer } from './openai/openai-server.ts';
import { openaiCompletions, openaiEmbeddings } from './openai/openai-texts.ts';
import { openaiModelsList } from './openai/openai-voice.ts';
import { storedResponses } from './openai/stored-responses.ts';
import { openrouterChat } from './openrouter/openrouter-chat.ts';
import { openrouterMessages } from './openrouter/openrouter-messages.ts';
import { openrouterResponses } from './openrouter/openrouter-responses.ts';
import { openrouterCompletions, openrouterEmbeddings, openrouterRerank } from './openrouter/openrouter-texts.ts';
import { openrouterModelsList } from './openrouter/openrouter-voice.ts';
import { below, post, type Route } from './route.ts';
import type { ModelsList } from './voice.ts';

/** Every call that is served, the lists of models not among them. */
export const routes: readonly Route[] = [
  post(`${basePaths.openai}/chat/completions`, openaiChat),
  post(`${basePaths.openai}/responses`, responses(openaiResponsesServer)),
  ...below(basePaths.openai, storedResponses(openaiResponsesServer)),
  post(`${basePaths.openai}/completions`, openaiCompletions),
  post(`${basePaths.openai}/embeddings`, openaiEmbeddings),
  post(`${basePaths.openai}/moderations`, moderations(openaiServer)),
  ...below(basePaths.openai, mediaRoutes(openaiServer)),
  post(`${basePaths.openrouter}/chat/completions`, openrouterChat),
  post(`${basePaths.openrouter}/responses`, openrouterResponses),
  post(`${basePaths.openrouter}/messages`, openrouterMessages),
  post(`${basePaths.openrouter}/completions`, openrouterCompletions),
  post(`${basePaths.openrouter}/embeddings`, openrouterEmbeddings),
  post(`${basePaths.openrouter}/rerank`, openrouterRerank),
  post(`${basePaths.anthropic}/v1/messages`, anthropicMessages),
  post(`${basePaths.anthropic}/v1/messages/count_tokens`, anthropicCountTokens),
  post('/gemini/{version}/models/{model}:generateContent', geminiGenerate),
  post('/gemini/{version}/models/{model}:streamGenerateContent', geminiStream),
  post('/gemini/{version}/models/{model}:countTokens', geminiCountTokens),
  post('/gemini/{version}/models/{model}:embedContent', geminiEmbed),
  post('/gemini/{version}/models/{model}:batchEmbedContents', geminiBatchEmbed),
  ...below(basePaths.azure, azureDeploymentRoutes),
  post(`${basePaths.azure}/responses`, responses(azureResponsesServer)),
  ...below(basePaths.azure, storedResponses(azureResponsesServer)),
  ...below('/azure/openai/deployments/{model}', azureDeploymentRoutes),
  post(`${basePaths.compatible}/chat/completions`, compatibleChat),
  post(`${basePaths.compatible}/completions`, compatibleCompletions),
  post(`${basePaths.compatible}/embeddings`, compatibleEmbeddings),
  post(`${basePaths.compatible}/rerank`, compatibleRerank),
  post(`${basePaths.compatible}/moderations`, moderations(compatibleServer)),
  ...below(basePaths.compatible, mediaRoutes(compatibleServer)),
  post('/ollama/v1/chat/completions', ollamaChat),
  post('/vllm/v1/chat/completions', vllmChat),
];

/** By `METHOD path`. */
export const modelsLists: ReadonlyMap<string, ModelsList> = new Map([
  [`GET ${basePaths.openai}/models`, openaiModelsList],
  [`GET ${basePaths.openrouter}/models`, openrouterModelsList],
  [`GET ${basePaths.anthropic}/v1/models`, anthropicModelsList],
  [`GET ${basePaths.gemini}/models`, geminiModelsList],
  ['GET /gemini/v1/models', geminiModelsList],
  [`GET ${basePaths.azure}/models`, azureModelsList],
  [`GET ${basePaths.compatible}/models`, compatibleModelsList],
  ['GET /ollama/v1/models', ollamaModelsList],
  ['GET /vllm/v1/models', vllmModelsList],
]);
