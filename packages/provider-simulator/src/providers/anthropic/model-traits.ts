/** What Anthropic's models differ in, read from their names, so that names yet to come behave like the newest. */

interface Version {
  readonly major: number;
  readonly minor: number;
}

function versionOf(model: string): Version | undefined {
  const match = /claude-[a-z]+-(\d+)(?:[-.](\d{1,2}))?(?!\d)/.exec(model);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2] ?? 0) };
}

const isAtLeast = (model: string, major: number, minor: number): boolean => {
  const version = versionOf(model);
  return version !== undefined && (version.major > major || (version.major === major && version.minor >= minor));
};

/** After Opus 4.6 a model takes no sampling settings and no thinking by budget. */
export const isLater = (model: string): boolean => isAtLeast(model, 4, 7);

/** From 4.6 on a model takes no begun answer. */
export const refusesPrefill = (model: string): boolean => isAtLeast(model, 4, 6);

/** These always think, and no tool can be forced on them. */
export const alwaysThinks = (model: string): boolean => isAtLeast(model, 5, 5) || /claude-fable-5[-.]1/.test(model);
