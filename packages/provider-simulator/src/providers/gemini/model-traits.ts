/** What Gemini models differ in, read from their names, so that names yet to come behave like the newest. */

function majorOf(model: string): number {
  const match = /^gemini-(\d+)/.exec(model);
  return match === null ? 0 : Number(match[1]);
}

/** From 2.5 on a model thinks unless it is told otherwise; Lite ones only where they are told to. */
export const thinksUnasked = (model: string): boolean =>
  (majorOf(model) >= 3 || model.startsWith('gemini-2.5')) && !model.includes('-lite');

/** Pro models cannot be kept from thinking. */
export const alwaysThinks = (model: string): boolean => thinksUnasked(model) && model.includes('-pro');

/** From 3 on, function calls come back with the signature that came with them. */
export const needsSignatures = (model: string): boolean => majorOf(model) >= 3;
