/** Something that can stand between callers and a provider. */
export interface Contestant {
  readonly name: string;
  /** What is turned on, for the reader of the table. */
  readonly description: string;
  /** Why it cannot run on this machine; undefined where it can. */
  readonly missing: () => string | undefined;
  readonly start: (at: StartOptions) => Promise<Running>;
}

export interface StartOptions {
  readonly mockPort: number;
  /** For what it writes; empty, and removed afterwards. */
  readonly directory: string;
}

export interface Running {
  /** The process that is measured, with its descendants. */
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As an answered call, but refused for its key. */
  readonly refusals?: {
    readonly wrongKey: Readonly<Record<string, string>>;
    /** A key whose limit of requests a minute is used up. */
    readonly limitedKey: Readonly<Record<string, string>>;
  };
  /** A model whose first target has not got it, so that a second attempt follows. */
  readonly fallbackModel?: string;
  readonly redisUrl?: string;
  /** Reads the metrics as Prometheus would. */
  readonly scrape?: () => Promise<void>;
  /** From the start of the process to its first answer. */
  readonly firstAnswerMs: number;
  stop(): Promise<void>;
}
