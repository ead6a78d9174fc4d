import type { ProviderRequest } from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { ownBody } from '../base/sent-body.ts';
import { responsesHeaders, responsesPath } from '../openai-responses/build-request.ts';
import type { ResponsesDialect } from '../openai-responses/dialect.ts';
import { dropUncarried } from './request-fields.ts';
import { holdsMark, translateMessages } from './translate-messages.ts';
import { translateSettings } from './translate-settings.ts';
import { translateTools } from './translate-tools.ts';

/** A chat completion as a request of the Responses API. Throws GatewayError where it cannot be said there. */
export function buildRequest(request: ProviderRequest, dialect: ResponsesDialect): WireRequest {
  const { call, target } = request;
  const { value: body } = call.body;
  dialect.assertSendable(body);
  const uncarried = dropUncarried(body);
  const input = translateMessages(body['messages']);
  const tools = translateTools(body);
  const settings = translateSettings(request);
  const markedTools = holdsMark(body['tools']) ? ['tools[].cache_control'] : [];
  const wire = {
    model: target.providerModel,
    input: input.items,
    ...(call.stream ? { stream: true, stream_options: { include_obfuscation: false } } : {}),
    ...tools,
    ...settings.fields,
  };
  return {
    path: responsesPath,
    headers: responsesHeaders(request, dialect),
    ...ownBody(wire),
    droppedFields: [...uncarried, ...input.dropped, ...markedTools, ...settings.dropped],
  };
}
