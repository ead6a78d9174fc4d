import { isJsonArray, type JsonObject, type JsonValue, type ProviderRequest } from '@tollgate/core';
import {
  invalidField,
  isPresent,
  readObject,
  readOptionalBoolean,
  readOptionalInteger,
  readOptionalNumber,
  readOptionalObject,
  readString,
} from '../base/read-fields.ts';
import type { ModelFamily } from './model-family.ts';
import { translateSchema } from './translate-schema.ts';
import { translateThinking } from './translate-thinking.ts';
import type { GenerationConfig } from './wire.ts';

export interface GenerationSettings {
  readonly config: GenerationConfig;
  readonly dropped: readonly string[];
}

const mostStopSequences = 5;
const mostCandidates = 8;

/** How the answer is made: sampling, bounds, format, thinking. Throws GatewayError. */
export function translateGeneration(request: ProviderRequest, family: ModelFamily): GenerationSettings {
  const body = request.call.body.value;
  const thinking = translateThinking(body, family);
  const format = translateFormat(body);
  const cap = request.outputCapTokens ?? request.call.outputCapTokens;
  const config = {
    ...(cap === undefined ? {} : { maxOutputTokens: cap }),
    ...samplingOf(body),
    ...stopOf(body['stop']),
    ...candidatesOf(body),
    ...logprobsOf(body),
    ...format.config,
    ...(thinking.config === undefined ? {} : { thinkingConfig: thinking.config }),
  };
  return { config, dropped: [...thinking.dropped, ...format.dropped] };
}

function samplingOf(body: JsonObject): GenerationConfig {
  const penalty = { min: -2, max: 2 };
  const topK = readOptionalInteger(body['top_k'], 'top_k', 0);
  return present({
    temperature: readOptionalNumber(body['temperature'], 'temperature', { min: 0, max: 2 }),
    topP: readOptionalNumber(body['top_p'], 'top_p', { min: 0, max: 1 }),
    topK: topK === 0 ? undefined : topK,
    seed: readOptionalInteger(body['seed'], 'seed', -(2 ** 31)),
    presencePenalty: readOptionalNumber(body['presence_penalty'], 'presence_penalty', penalty),
    frequencyPenalty: readOptionalNumber(body['frequency_penalty'], 'frequency_penalty', penalty),
  });
}

type Optional<Of> = { readonly [Name in keyof Of]: Of[Name] | undefined };

const present = (members: Optional<GenerationConfig>): GenerationConfig =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

function stopOf(value: JsonValue | undefined): GenerationConfig {
  if (!isPresent(value)) return {};
  const all = isJsonArray(value) ? value.map((one, at) => readString(one, `stop[${at}]`)) : [readString(value, 'stop')];
  const stopSequences = all.filter((text) => text !== '');
  if (stopSequences.length > mostStopSequences) {
    throw invalidField('stop', `may hold at most ${mostStopSequences} sequences for this model.`);
  }
  return stopSequences.length === 0 ? {} : { stopSequences };
}

function candidatesOf(body: JsonObject): GenerationConfig {
  const count = readOptionalInteger(body['n'], 'n', 1) ?? 1;
  if (count > mostCandidates) throw invalidField('n', `may be at most ${mostCandidates} for this model.`);
  return count === 1 ? {} : { candidateCount: count };
}

function logprobsOf(body: JsonObject): GenerationConfig {
  const top = readOptionalInteger(body['top_logprobs'], 'top_logprobs', 0);
  if (readOptionalBoolean(body['logprobs'], 'logprobs') !== true) return {};
  return { responseLogprobs: true, ...(top === undefined || top === 0 ? {} : { logprobs: top }) };
}

function translateFormat(body: JsonObject): GenerationSettings {
  const wanted = readOptionalObject(body['response_format'], 'response_format');
  const dropped = new Set<string>();
  switch (wanted?.['type']) {
    case undefined:
      if (wanted !== undefined) throw invalidField('response_format.type', 'is missing.');
      return { config: {}, dropped: [] };
    case 'text':
      return { config: {}, dropped: [] };
    case 'json_object':
      return { config: { responseMimeType: 'application/json' }, dropped: [] };
    case 'json_schema': {
      const param = 'response_format.json_schema.schema';
      const schema = readObject(readObject(wanted['json_schema'], 'response_format.json_schema')['schema'], param);
      const responseJsonSchema = translateSchema(schema, { param, isPromise: true, dropped });
      return { config: { responseMimeType: 'application/json', responseJsonSchema }, dropped: [...dropped] };
    }
    default:
      throw invalidField('response_format.type', 'has to be text, json_object or json_schema.');
  }
}
