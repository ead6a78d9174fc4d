/** One request and its answer, as a transcript recorded them. */
export interface Exchange {
  /** Undefined where the transcript holds the answer alone. */
  readonly request: RecordedRequest | undefined;
  readonly response: RecordedResponse;
}

export interface RecordedRequest {
  readonly method: string;
  /** Path and query, without the origin. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RecordedResponse {
  readonly status: number;
  /** Names in lower case. Never a content-encoding: `body` is already decoded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
