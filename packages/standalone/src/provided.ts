import type { Variables } from '@tollgate/config';

/** Something that `npm start` brings where the environment names none. */
export interface Provided {
  /** With what config.yaml reads to find it. */
  readonly variables: Variables;
  /** For the person who started it. */
  readonly description: string;
  stop(): Promise<void>;
}

export const nothingToStop = (): Promise<void> => Promise.resolve();
