import type { ProviderRequest, Target } from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { upstreamHeaders } from '../base/egress.ts';
import { ownBody } from '../base/sent-body.ts';
import { arrangeContents } from './arrange-contents.ts';
import { modelFamily } from './model-family.ts';
import { readMessages } from './read-messages.ts';
import { translateGeneration } from './translate-generation.ts';
import { translateTools } from './translate-tools.ts';
import { dropUncarried } from './uncarried-fields.ts';
import type { GenerateRequest } from './wire.ts';

/** A chat completion as a request to generate content, with what had to be left out. Throws GatewayError where it cannot be said there. */
export function buildGeminiRequest(request: ProviderRequest): WireRequest {
  const { generate, dropped } = translateBody(request);
  return {
    path: pathOf(request),
    headers: geminiHeaders(request),
    ...ownBody(generate),
    droppedFields: dropped,
  };
}

export const geminiHeaders = (request: ProviderRequest): Readonly<Record<string, string>> =>
  upstreamHeaders(request, { 'x-goog-api-key': request.credential.secret.reveal() });

const pathOf = ({ call, target }: ProviderRequest): string =>
  `${modelPath(target)}:${call.stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;

/** The model's name may come from a caller, by a route with a star: encoded, it cannot leave its place in the path. */
export const modelPath = (target: Target): string => `/models/${encodeURIComponent(bareName(target))}`;

/** The model as bodies name it. */
export const modelResource = (target: Target): string => `models/${bareName(target)}`;

const bareName = ({ providerModel }: Target): string => providerModel.replace(/^models\//, '');

/** What is said, and the names of what had to be left out. */
export function translateBody(request: ProviderRequest): { generate: GenerateRequest; dropped: readonly string[] } {
  const body = request.call.body.value;
  const family = modelFamily(request.target.providerModel);
  const uncarried = dropUncarried(body);
  const { system, contents } = arrangeContents(readMessages(body['messages'], family));
  const tools = translateTools(body);
  const generation = translateGeneration(request, family);
  const generate: GenerateRequest = {
    contents,
    ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
    ...tools.fields,
    ...(Object.keys(generation.config).length === 0 ? {} : { generationConfig: generation.config }),
  };
  return { generate, dropped: [uncarried, tools.dropped, generation.dropped].flat() };
}
