import { isJsonArray, type JsonObject, type JsonValue } from '@tollgate/core';
import type { ModelCapabilities } from './model-capabilities.ts';
import { isBlank, isPresent, readOptionalInteger, readOptionalNumber, readString } from '../base/read-fields.ts';
import type { MessagesRequest } from './wire.ts';

export interface SamplingSettings {
  readonly fields: Pick<MessagesRequest, 'temperature' | 'top_p' | 'top_k' | 'stop_sequences'>;
  /** Fields that were left out or changed. */
  readonly dropped: readonly string[];
}

/** Below it, top_p is refused by models that do not let sampling be set. */
const neutralTopP = 0.99;
const leastTopPThinking = 0.95;
/** The highest as well: more, which OpenAI allows, becomes this. */
const defaultTemperature = 1;

/**
 * temperature, top_p, top_k and stop, as far as the model takes them; where it takes only one of
 * temperature and top_p, temperature goes. Throws GatewayError `invalid_field`.
 */
export function translateSampling(
  body: JsonObject,
  model: { readonly capabilities: ModelCapabilities; readonly isThinking: boolean },
): SamplingSettings {
  const temperature = readOptionalNumber(body['temperature'], 'temperature', { min: 0, max: 2 });
  const topP = readOptionalNumber(body['top_p'], 'top_p', { min: 0, max: 1 });
  const topK = readOptionalInteger(body['top_k'], 'top_k', 0);
  const { isThinking } = model;
  const isFree = model.capabilities.sampling;
  const cooled = isFree && !isThinking && temperature !== undefined && temperature < defaultTemperature;
  const hasTopP = isFree && !cooled && topP !== undefined && (!isThinking || topP >= leastTopPThinking);
  const hasTopK = isFree && !isThinking && topK !== undefined && topK > 0;
  const stop = readStop(body['stop']);
  return {
    fields: {
      ...(cooled ? { temperature } : {}),
      ...(hasTopP ? { top_p: topP } : {}),
      ...(hasTopK ? { top_k: topK } : {}),
      ...(stop.kept.length === 0 ? {} : { stop_sequences: stop.kept }),
    },
    dropped: [
      ...(cooled || (temperature ?? defaultTemperature) === defaultTemperature ? [] : ['temperature']),
      ...(hasTopP || (topP ?? 1) >= neutralTopP ? [] : ['top_p']),
      ...(hasTopK || (topK ?? 0) === 0 ? [] : ['top_k']),
      ...(stop.hasBlank ? ['stop'] : []),
    ],
  };
}

/** Anthropic refuses stop sequences of white space alone. */
function readStop(value: JsonValue | undefined): { readonly kept: readonly string[]; readonly hasBlank: boolean } {
  if (!isPresent(value)) return { kept: [], hasBlank: false };
  const all = isJsonArray(value)
    ? value.map((item, index) => readString(item, `stop[${index}]`))
    : [readString(value, 'stop')];
  const kept = all.filter((text) => !isBlank(text));
  return { kept, hasBlank: kept.length < all.length };
}
