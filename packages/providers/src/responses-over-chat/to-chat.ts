import type { Call } from '@tollgate/core';
import { Origins } from '../base/caller-fields.ts';
import type { ChatForm } from '../base/translation.ts';
import { readInput } from './read-input.ts';
import { dropUncarried } from './request-fields.ts';
import { translateSettings } from './translate-settings.ts';
import { translateTools } from './translate-tools.ts';

/** A request of the Responses API as a chat completion. Throws GatewayError where it cannot be said there. */
export function toChat({ model, stream, body: { value: body } }: Call): ChatForm {
  const uncarried = dropUncarried(body);
  const tools = translateTools(body);
  const settings = translateSettings(body);
  const origins = new Origins();
  return {
    body: {
      model,
      messages: readInput(body, origins),
      ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
      ...tools.fields,
      ...settings.fields,
    },
    droppedFields: [...uncarried, ...tools.dropped, ...settings.dropped],
    origins,
  };
}
