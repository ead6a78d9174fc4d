/**
 * The most input tokens that one image can be, by the providers' formulas: they scale an image down before they count
 * it, so that there is a largest count whatever its size. By what the model's name begins with, without a vendor
 * before it; the first that fits counts.
 *
 * Sources: https://platform.openai.com/docs/guides/images-vision (tiles: base + 8 tiles of a 768 × 2048 image; patches:
 * 1536 by the model's multiplier), https://docs.claude.com/en/docs/build-with-claude/vision (1,568 px, about 1,600 tokens),
 * https://ai.google.dev/gemini-api/docs/media-resolution (Gemini 3 at the resolution that stands where none is asked for).
 */
const mostTokens: readonly (readonly [model: RegExp, tokens: number])[] = [
  [/^gpt-4o-mini/, 2833 + 8 * 5667],
  [/^gpt-4o/, 85 + 8 * 170],
  [/^gpt-4\.1-mini/, Math.ceil(1536 * 1.62)],
  [/^gpt-4\.1-nano/, Math.ceil(1536 * 2.46)],
  [/^gpt-4\.1/, 85 + 8 * 170],
  [/^gpt-5-mini/, Math.ceil(1536 * 1.62)],
  [/^gpt-5-nano/, Math.ceil(1536 * 2.46)],
  [/^gpt-5(-chat-latest|-2025-08-07)?$/, 70 + 8 * 140],
  [/^o[13](-|$)(?!mini)/, 75 + 8 * 150],
  [/^o4-mini/, Math.ceil(1536 * 1.72)],
  [/^gemini-3/, 1120],
  [/^claude-3-/, 1600],
  [/^claude-(haiku|sonnet|opus)-4([.-][156])?(-20\d{6})?$/, 1600],
];

/** Undefined: no formula is known for the model. */
export function mostImageTokens(providerModel: string): number | undefined {
  const name = providerModel.slice(providerModel.lastIndexOf('/') + 1);
  return mostTokens.find(([model]) => model.test(name))?.[1];
}
