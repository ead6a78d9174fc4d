import type { JsonObject, JsonValue } from '@tollgate/core';
import { countTokens } from '../../answer/count-tokens.ts';
import { answerAtOnce, type AnswerAtOnce } from '../../call/answer-at-once.ts';
import type { Endpoint, ReceivedRequest } from '../../call/endpoint.ts';
import { frame, type Frame } from '../../call/script.ts';
import { billTokens } from '../../ledger/billed.ts';
import { checkRanges } from '../chat/check-ranges.ts';
import { invalid, invalidValue, missing, type ChatProblem } from '../chat/problems.ts';
import { numberOf, textOf } from '../read-members.ts';
import type { OpenaiServer } from './openai-server.ts';
import { refuse } from './openai-texts.ts';

/** One grey pixel, as PNG. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

/** Image generation: GPT Image models are billed by tokens, the older ones by the image. */
export const imageGeneration = ({ voice, checkModel }: OpenaiServer): Endpoint => ({
  name: 'images',
  voice,
  takes: 'json',
  keepAlive: undefined,
  answer: answerAtOnce((request) => {
    checkModel(request);
    refuse(checkImages(request));
    return isGptImage(request.model) ? drawByTokens(request) : drawByImage(request);
  }),
});

const isGptImage = (model: string): boolean => model.includes('gpt-image');

const outputTokens: Readonly<Record<string, readonly [square: number, long: number]>> = {
  low: [272, 408],
  medium: [1056, 1584],
  high: [4160, 6240],
};

function drawByTokens({ body, model, call }: ReceivedRequest): AnswerAtOnce {
  const prompt = textOf(body['prompt']);
  const images = numberOf(body['n']) ?? 1;
  const quality = setting(body['quality'], 'medium');
  const size = setting(body['size'], '1024x1024');
  const [square, long] = outputTokens[quality] ?? [1056, 1584];
  const input = countTokens(prompt);
  const output = images * (size === '1024x1024' ? square : long);
  const usage = {
    input_tokens: input,
    input_tokens_details: { text_tokens: input, image_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { image_tokens: output, text_tokens: 0 },
    total_tokens: input + output,
  };
  const shown = {
    background: setting(body['background'], 'opaque'),
    output_format: setting(body['output_format'], 'png'),
    quality,
    size,
  };
  const created = Math.floor(call.nowMs / 1000);
  const data = Array.from({ length: images }, () => ({ b64_json: pixel }));
  const answered = { model, text: prompt, billed: billTokens({ inputUncached: input, output, images }) };
  if (body['stream'] !== true) return { ...answered, body: { created, data, usage, ...shown } };
  const partials = numberOf(body['partial_images']) ?? 0;
  return {
    ...answered,
    body: () => imageEvents({ b64_json: pixel, created_at: created, ...shown }, { partials, usage }),
  };
}

const setting = (value: JsonValue | undefined, otherwise: string): string =>
  typeof value === 'string' && value !== 'auto' ? value : otherwise;

function* imageEvents(
  image: JsonObject,
  { partials, usage }: { readonly partials: number; readonly usage: JsonObject },
): Generator<Frame> {
  const event = (kind: Frame['kind'], type: string, members: JsonObject): Frame =>
    frame(kind, `event: ${type}\ndata: ${JSON.stringify({ type, ...image, ...members })}\n\n`);
  for (let index = 0; index < partials; index += 1) {
    yield event('content', 'image_generation.partial_image', { partial_image_index: index });
  }
  yield event('closing', 'image_generation.completed', { usage });
}

function drawByImage({ body, model, call }: ReceivedRequest): AnswerAtOnce {
  const prompt = textOf(body['prompt']);
  const images = numberOf(body['n']) ?? 1;
  const image =
    body['response_format'] === 'b64_json'
      ? { b64_json: pixel }
      : { url: `https://images.simulated.invalid/${call.id}.png` };
  const revised = model === 'dall-e-3' ? { revised_prompt: prompt } : {};
  return {
    model,
    text: prompt,
    billed: billTokens({ images }),
    body: {
      created: Math.floor(call.nowMs / 1000),
      data: Array.from({ length: images }, () => ({ ...revised, ...image })),
    },
  };
}

const qualities: readonly string[] = ['low', 'medium', 'high', 'auto'];
const sizes: readonly string[] = ['1024x1024', '1024x1536', '1536x1024', 'auto'];

function checkImages({ body, model }: ReceivedRequest): ChatProblem | undefined {
  const { prompt } = body;
  if (typeof prompt !== 'string' || prompt === '') return missing('prompt');
  const problem = checkRanges([{ name: 'n', least: 1, most: model === 'dall-e-3' ? 1 : 10, whole: true }], body);
  if (problem !== undefined) return problem;
  if (!isGptImage(model)) {
    return body['stream'] === true ? invalid("Unknown parameter: 'stream'.", 'stream', 'unknown_parameter') : undefined;
  }
  if (body['response_format'] !== undefined) {
    return invalid("Unknown parameter: 'response_format'.", 'response_format', 'unknown_parameter');
  }
  const { quality, size } = body;
  if (quality !== undefined && !qualities.includes(textOf(quality))) return invalidValue('quality', quality, qualities);
  return size !== undefined && !sizes.includes(textOf(size)) ? invalidValue('size', size, sizes) : undefined;
}
