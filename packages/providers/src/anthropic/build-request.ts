import type { ProviderRequest } from '@tollgate/core';
import type { WireRequest } from '../base/adapter.ts';
import { upstreamHeaders } from '../base/egress.ts';
import { maxCacheBreakpoints, readCacheControl } from './cache-control.ts';
import { modelCapabilities, type ModelCapabilities } from './model-capabilities.ts';
import { invalidField } from '../base/read-fields.ts';
import { ownBody } from '../base/sent-body.ts';
import { translateAccount } from './translate-account.ts';
import { translateMessages } from './translate-messages.ts';
import { isThinking, translateReasoning, type ReasoningSettings } from './translate-reasoning.ts';
import { translateResponseFormat } from './translate-response-format.ts';
import { translateSampling } from './translate-sampling.ts';
import { translateTools } from './translate-tools.ts';
import type { ChosenTools } from './translate-tool-choice.ts';
import { dropUncarried } from './uncarried-fields.ts';
import type { MessagesRequest, TextBlock } from './wire.ts';

const apiVersion = '2023-06-01';
/** Anthropic wants a cap; for a model whose largest one is unknown this is it, where the caller names none. */
const defaultMaxTokens = 32_000;

/** A chat completion as a request to `POST /v1/messages`, with what had to be left out or weakened. Throws GatewayError where it cannot be said there. */
export function buildAnthropicRequest(request: ProviderRequest): WireRequest {
  const { message, dropped } = translateBody(request);
  return {
    path: '/v1/messages',
    headers: upstreamHeaders(request, {
      'x-api-key': request.credential.secret.reveal(),
      'anthropic-version': apiVersion,
    }),
    ...ownBody(message),
    droppedFields: dropped,
  };
}

function translateBody(request: ProviderRequest): { message: MessagesRequest; dropped: readonly string[] } {
  const { providerModel } = request.target;
  const body = request.call.body.value;
  const capabilities = modelCapabilities(providerModel);
  const uncarried = dropUncarried(body);
  const maxTokens = outputCap(request, capabilities);
  const conversation = translateMessages(body['messages'], { providerModel, capabilities });
  const tools = translateTools(body, capabilities);
  const format = translateResponseFormat(body, capabilities);
  const isToolForced = tools.choice?.type === 'any' || tools.choice?.type === 'tool';
  const reasoning = translateReasoning(body, { capabilities, maxTokens, turns: conversation.turns, isToolForced });
  const sampling = translateSampling(body, { capabilities, isThinking: isThinking(reasoning) });
  const account = translateAccount(body);
  const message: MessagesRequest = {
    model: providerModel,
    max_tokens: maxTokens,
    messages: conversation.turns,
    ...systemField([...conversation.system, ...instructions([tools.instruction, format.instruction])]),
    ...(request.call.stream ? { stream: true } : {}),
    ...sampling.fields,
    ...toolFields(tools),
    ...outputFields(reasoning, format.format),
    ...account.fields,
    ...readCacheControl(body, ''),
  };
  assertBreakpoints(message);
  const dropped = [uncarried, tools.dropped, reasoning.dropped, sampling.dropped, account.dropped].flat();
  return { message, dropped };
}

function outputCap({ call, outputCapTokens }: ProviderRequest, { maxOutputTokens }: ModelCapabilities): number {
  const wanted = outputCapTokens ?? call.outputCapTokens ?? maxOutputTokens ?? defaultMaxTokens;
  return Math.min(wanted, maxOutputTokens ?? wanted);
}

const instructions = (texts: readonly (string | undefined)[]): readonly TextBlock[] =>
  texts.filter((text) => text !== undefined).map((text) => ({ type: 'text', text }));

const systemField = (system: readonly TextBlock[]): Pick<MessagesRequest, 'system'> =>
  system.length === 0 ? {} : { system };

const toolFields = ({ tools, choice }: ChosenTools): Pick<MessagesRequest, 'tools' | 'tool_choice'> => ({
  ...(tools.length === 0 ? {} : { tools }),
  ...(choice === undefined ? {} : { tool_choice: choice }),
});

function outputFields(
  { thinking, effort }: ReasoningSettings,
  format: NonNullable<MessagesRequest['output_config']>['format'],
): Pick<MessagesRequest, 'thinking' | 'output_config'> {
  const config = { ...(effort === undefined ? {} : { effort }), ...(format === undefined ? {} : { format }) };
  return {
    ...(thinking === undefined ? {} : { thinking }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
  };
}

/** Automatic caching takes one of the places too. */
function assertBreakpoints({ messages, system, tools, cache_control: automatic }: MessagesRequest): void {
  const explicit = [messages.flatMap((turn) => turn.content), system ?? [], tools ?? []]
    .flat()
    .filter((block) => 'cache_control' in block && block.cache_control !== undefined);
  const count = explicit.length + (automatic === undefined ? 0 : 1);
  if (count <= maxCacheBreakpoints) return;
  throw invalidField('cache_control', `stands ${count} times, where at most ${maxCacheBreakpoints} are allowed.`);
}
