import { GatewayError, type Call, type JsonObject, type JsonValue } from '@tollgate/core';
import { Origins } from '../base/caller-fields.ts';
import {
  isPresent,
  readArray,
  readOptionalBoolean,
  readOptionalInteger,
  readOptionalNumber,
  readOptionalObject,
  readOptionalString,
  readString,
  unsupportedField,
} from '../base/read-fields.ts';
import type { ChatForm } from '../base/translation.ts';
import { DroppedFields } from './dropped-fields.ts';
import { translateOutputFormat, translateThinking } from './translate-thinking.ts';
import { translateToolChoice, translateTools } from './translate-tools.ts';
import { translateSystem, translateTurns } from './translate-turns.ts';
import { checkFields } from './request-fields.ts';

/** A Messages request as a chat completion. Throws GatewayError naming the member at fault. */
export function buildChat(call: Call): ChatForm {
  const { value } = call.body;
  const dropped = new DroppedFields();
  const origins = new Origins();
  checkFields(value, dropped);
  const body: JsonObject = {
    model: call.model,
    messages: [
      ...translateSystem(value['system'], origins),
      ...translateTurns(value['messages'], { dropped, origins }),
    ],
    max_tokens: readCap(value['max_tokens']),
    ...(call.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...sampling(value),
    ...translateTools(value['tools'], dropped),
    ...translateToolChoice(value['tool_choice']),
    ...translateThinking(value, dropped),
    ...translateOutputFormat(value),
    ...account(value, dropped),
    ...(isPresent(value['cache_control']) ? { cache_control: value['cache_control'] } : {}),
  };
  return { body, droppedFields: dropped.names, origins };
}

function readCap(value: JsonValue | undefined): number {
  const cap = readOptionalInteger(value, 'max_tokens', 0);
  if (cap === undefined) {
    throw new GatewayError('missing_field', { message: '`max_tokens` is missing.', param: 'max_tokens' });
  }
  if (cap === 0) throw unsupportedField('max_tokens', 'cannot be 0 for this model, whose cache is not filled ahead.');
  return cap;
}

function sampling(body: JsonObject): JsonObject {
  const temperature = readOptionalNumber(body['temperature'], 'temperature', { min: 0, max: 1 });
  const topP = readOptionalNumber(body['top_p'], 'top_p', { min: 0, max: 1 });
  const topK = readOptionalInteger(body['top_k'], 'top_k', 0);
  const stop = isPresent(body['stop_sequences']) ? readArray(body['stop_sequences'], 'stop_sequences') : [];
  stop.forEach((sequence, index) => readString(sequence, `stop_sequences[${index}]`));
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stop.length === 0 ? {} : { stop }),
  };
}

/** Who the request is for, and the capacity it is served from. */
function account(body: JsonObject, dropped: DroppedFields): JsonObject {
  const metadata = readOptionalObject(body['metadata'], 'metadata') ?? {};
  const user = readOptionalString(metadata['user_id'], 'metadata.user_id');
  for (const name of Object.keys(metadata)) if (name !== 'user_id') dropped.add(`metadata.${name}`);
  const tier = readOptionalString(body['service_tier'], 'service_tier');
  if (tier !== undefined && tier !== 'auto' && tier !== 'standard_only') {
    throw unsupportedField('service_tier', 'has to be "auto" or "standard_only".');
  }
  readOptionalBoolean(body['stream'], 'stream');
  return {
    ...(user === undefined ? {} : { user }),
    ...(tier === undefined ? {} : { service_tier: tier === 'auto' ? 'auto' : 'default' }),
  };
}
