import { isJsonArray, type JsonObject, type JsonValue } from '@tollgate/core';
import { countTokens } from '../../answer/count-tokens.ts';
import { invalid, missing, type ChatProblem } from '../chat/problems.ts';

export interface EmbeddingInput {
  readonly text: string;
  readonly tokens: number;
}

const mostInputs = 2048;
const mostTokensAnInput = 8192;
const mostTokens = 300_000;

/** The texts to embed, whichever of the four forms they have: a text, tokens, or a list of either. */
export function readEmbeddingInputs({ input }: JsonObject): readonly EmbeddingInput[] {
  if (typeof input === 'string') return [textInput(input)];
  if (!isJsonArray(input)) return [];
  if (input.every((one) => typeof one === 'number')) return [tokensInput(input)];
  return input.map((one) => (isJsonArray(one) ? tokensInput(one) : textInput(typeof one === 'string' ? one : '')));
}

const textInput = (text: string): EmbeddingInput => ({ text, tokens: countTokens(text) });
const tokensInput = (tokens: readonly JsonValue[]): EmbeddingInput => ({
  text: JSON.stringify(tokens),
  tokens: tokens.length,
});

/** Why OpenAI refuses inputs, in its words. */
export function checkEmbeddingInputs(body: JsonObject): ChatProblem | undefined {
  const { input } = body;
  if (input === undefined || input === null) return missing('input');
  if (typeof input !== 'string' && !isJsonArray(input)) return odd;
  if (isJsonArray(input) && input.some((one) => !isTextOrTokens(one))) return odd;
  const inputs = readEmbeddingInputs(body);
  if (inputs.length === 0 || inputs.some(({ tokens }) => tokens === 0)) return odd;
  if (inputs.length > mostInputs) {
    return invalid(
      `Invalid 'input': array too long. Expected an array with maximum length ${mostInputs}, but got an array with length ${inputs.length} instead.`,
      'input',
      'array_above_max_length',
    );
  }
  const longest = Math.max(...inputs.map(({ tokens }) => tokens));
  if (longest > mostTokensAnInput) {
    return invalid(
      `This model's maximum context length is ${mostTokensAnInput} tokens, however you requested ${longest} tokens (${longest} in your prompt; 0 for the completion). Please reduce your prompt; or completion length.`,
      null,
    );
  }
  const total = inputs.reduce((sum, { tokens }) => sum + tokens, 0);
  return total > mostTokens
    ? invalid(`Requested ${total} tokens, max ${mostTokens} tokens per request`, null, 'max_tokens_per_request')
    : undefined;
}

const odd = invalid(
  "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
  null,
);

const isTextOrTokens = (one: JsonValue): boolean =>
  typeof one === 'string' ||
  typeof one === 'number' ||
  (isJsonArray(one) && one.every((token) => typeof token === 'number'));
