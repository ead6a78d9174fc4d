import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '@tollgate/core';

/** A candidate's `logprobsResult` as the `logprobs` of a chat choice; null where there is none. */
export function mapLogprobs(result: JsonValue | undefined): JsonValue {
  if (!isJsonObject(result)) return null;
  const top = objectsOf(result['topCandidates']);
  const content = objectsOf(result['chosenCandidates']).map((chosen, index) => ({
    ...mapToken(chosen),
    top_logprobs: objectsOf(top[index]?.['candidates']).map(mapToken),
  }));
  return { content, refusal: null };
}

function mapToken({ token, logProbability }: JsonObject): JsonObject {
  const text = typeof token === 'string' ? token : '';
  return {
    token: text,
    logprob: typeof logProbability === 'number' ? logProbability : 0,
    bytes: [...Buffer.from(text)],
  };
}

const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
