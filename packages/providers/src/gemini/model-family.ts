/**
 * How a model can be asked to think, by its name (https://ai.google.dev/gemini-api/docs/thinking): `level` from Gemini 3
 * on, `budget` with 2.5. Names without a number (`gemini-flash-latest`) are taken for the newest.
 */
export interface ModelFamily {
  readonly thinking: 'level' | 'budget' | 'none';
  /** Cannot be kept from thinking. */
  readonly alwaysThinks: boolean;
  /** The least and the most that may be budgeted, beside 0 and -1. */
  readonly budgetTokens: { readonly least: number; readonly most: number };
  /** Refuses calls of functions in the turn that goes on which come back without what was thought before them. */
  readonly needsSignatures: boolean;
}

export function modelFamily(providerModel: string): ModelFamily {
  const [, major, minor] = /^gemini-(\d+)(?:\.(\d+))?/.exec(providerModel) ?? [];
  const isNewest = major === undefined && providerModel.startsWith('gemini-');
  const version = isNewest ? Infinity : Number(major ?? 0) + Number(minor ?? 0) / 10;
  const isPro = /-pro\b/.test(providerModel);
  return {
    thinking: version >= 3 ? 'level' : version >= 2.5 ? 'budget' : 'none',
    alwaysThinks: isPro,
    budgetTokens: {
      least: isPro ? 128 : providerModel.includes('-lite') ? 512 : 1,
      most: isPro ? 32_768 : 24_576,
    },
    needsSignatures: version >= 3,
  };
}
