/** Of this release. */
export const version = '0.1.0';

/** What runs: the release, and the commit that it was built from (`unknown` outside of an image). */
export interface Build {
  readonly version: string;
  readonly commit: string;
}

export const buildOf = ({ commit }: { readonly commit: string | undefined }): Build => ({
  version,
  commit: commit ?? 'unknown',
});
