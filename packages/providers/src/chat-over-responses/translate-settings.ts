import { type JsonObject, type JsonValue, type ProviderRequest } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  presentMembers,
  readObject,
  readOptionalBoolean,
  readOptionalInteger,
  readOptionalObject,
  readOptionalString,
} from '../base/read-fields.ts';
import { capFields } from '../openai-compatible/dialect.ts';
import { effortOfBudget } from '../openai-compatible/plain-chat.ts';

export interface ResponseSettings {
  readonly fields: JsonObject;
  readonly dropped: readonly string[];
}

/** Fields that both protocols have, under one name and with one meaning. */
const sameFields = [
  'temperature',
  'top_p',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'service_tier',
  'metadata',
  'moderation',
];

/** How the model is to answer, beside conversation and tools. Throws GatewayError. */
export function translateSettings(request: ProviderRequest): ResponseSettings {
  const { value: body } = request.call.body;
  const cap = outputCap(request);
  const reasoning = translateReasoning(body, cap);
  const logprobs = translateLogprobs(body);
  const text = presentMembers({
    format: translateFormat(body['response_format']),
    verbosity: readOptionalString(body['verbosity'], 'verbosity'),
  });
  const fields = presentMembers({
    ...Object.fromEntries(sameFields.map((name) => [name, body[name]])),
    max_output_tokens: cap,
    reasoning: Object.keys(reasoning.fields).length === 0 ? undefined : reasoning.fields,
    text: Object.keys(text).length === 0 ? undefined : text,
    top_logprobs: logprobs.top,
  });
  // Nothing is kept at the provider, so reasoning comes along, encrypted, and goes back with the next turn.
  const include = ['reasoning.encrypted_content', ...(logprobs.isWanted ? ['message.output_text.logprobs'] : [])];
  return { fields: { ...fields, store: false, include }, dropped: reasoning.dropped };
}

/** What the Responses API takes at least (OpenAI, `max_output_tokens`). */
export const smallestCap = 16;

function outputCap({ call, outputCapTokens }: ProviderRequest): number | undefined {
  const { value: body } = call.body;
  const caps = capFields.flatMap((field) => readOptionalInteger(body[field], field, 1) ?? []);
  const all = outputCapTokens === undefined ? caps : [...caps, outputCapTokens];
  if (all.length === 0) return undefined;
  const cap = Math.min(...all);
  if (cap >= smallestCap) return cap;
  throw invalidField('max_completion_tokens', `has to be at least ${smallestCap} for this model with this request.`);
}

/** `reasoning_effort`, or OpenRouter's `reasoning`, of which a budget becomes the nearest effort. */
function translateReasoning(body: JsonObject, cap: number | undefined): ResponseSettings {
  const settings = readOptionalObject(body['reasoning'], 'reasoning') ?? {};
  const isOff = readOptionalBoolean(settings['enabled'], 'reasoning.enabled') === false;
  const effort =
    readOptionalString(body['reasoning_effort'], 'reasoning_effort') ??
    (isOff ? 'none' : (readOptionalString(settings['effort'], 'reasoning.effort') ?? effortByBudget(settings, cap)));
  const summary = readOptionalString(settings['summary'], 'reasoning.summary');
  const lost = ['max_tokens', 'exclude'].filter((name) => isPresent(settings[name]) && settings[name] !== false);
  return { fields: presentMembers({ effort, summary }), dropped: lost.map((name) => `reasoning.${name}`) };
}

function effortByBudget(settings: JsonObject, cap: number | undefined): string | undefined {
  const budget = readOptionalInteger(settings['max_tokens'], 'reasoning.max_tokens', 1);
  return budget === undefined || cap === undefined ? undefined : effortOfBudget(budget, cap);
}

function translateFormat(value: JsonValue | undefined): JsonObject | undefined {
  const format = isPresent(value) ? readObject(value, 'response_format') : undefined;
  if (format?.['type'] !== 'json_schema') return format;
  return { type: 'json_schema', ...readObject(format['json_schema'], 'response_format.json_schema') };
}

function translateLogprobs(body: JsonObject): { readonly isWanted: boolean; readonly top: number | undefined } {
  const isWanted = readOptionalBoolean(body['logprobs'], 'logprobs') ?? false;
  const top = readOptionalInteger(body['top_logprobs'], 'top_logprobs', 0);
  return { isWanted, top: isWanted ? top : undefined };
}
