import type { Adapter } from '../base/adapter.ts';
import type { ProviderKind } from '../base/provider-kind.ts';
import { createChatAdapter } from '../openai-compatible/adapter.ts';
import type { ChatDialect } from '../openai-compatible/dialect.ts';
import { createOpenaiAdapter, openaiDialect } from '../openai/adapter.ts';
import { createResponsesAdapter } from '../openai-responses/adapter.ts';
import { createKeptResponseAdapter } from '../openai-responses/kept-response.ts';
import { relayAdapters } from '../relay/relay-adapter.ts';

/** Azure OpenAI: a key of the resource in a header of its own, a deployment's name where OpenAI has the model's. */
const azureDialect: ChatDialect = {
  ...openaiDialect,
  credentialHeaders: ({ credential }) => ({ 'api-key': credential.secret.reveal() }),
  requestIdHeader: 'apim-request-id',
};

const relayed = relayAdapters(
  ['completions', 'embeddings', 'images_generations', 'audio_speech', 'audio_transcriptions', 'audio_translations'],
  azureDialect,
);

/** The v1 API, whose base URL ends in `/openai/v1`: OpenAI's own paths, with the deployment in the body. */
export const azureKind: ProviderKind = {
  openai_chat: createOpenaiAdapter(azureDialect),
  openai_responses: createResponsesAdapter(azureDialect),
  stored_responses: createKeptResponseAdapter(azureDialect),
  ...relayed,
};

/**
 * The API of dated versions, whose base URL ends in `/openai`: the deployment stands in the path, the version behind it.
 * Responses lie elsewhere there, so their callers are answered by chat completions.
 */
export const azureDeploymentsKind = (apiVersion: string): ProviderKind =>
  Object.fromEntries(
    Object.entries({ openai_chat: createChatAdapter(azureDialect), ...relayed }).map(([protocol, adapter]) => [
      protocol,
      inDeployment(adapter, apiVersion),
    ]),
  );

const inDeployment = (adapter: Adapter, apiVersion: string): Adapter => ({
  ...adapter,
  buildRequest: (request) => {
    const wire = adapter.buildRequest(request);
    const deployment = encodeURIComponent(request.target.providerModel);
    return { ...wire, path: `/deployments/${deployment}${wire.path}?api-version=${encodeURIComponent(apiVersion)}` };
  },
});
