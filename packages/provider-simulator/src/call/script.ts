/**
 * - `keep_alive`: comments, pings, whitespace.
 * - `lifecycle`: events before and between content that carry none.
 * - `content`: what the caller waits for.
 * - `closing`: how an answer says that it is whole (finish, usage, [DONE], message_stop).
 */
export type FrameKind = 'keep_alive' | 'lifecycle' | 'content' | 'closing';

/** One write: an event of a stream, or a whole body. */
export interface Frame {
  readonly bytes: string | Buffer;
  readonly kind: FrameKind;
  /** How many bytes of the answer (reasoning, text, tool arguments) it delivers: what is charged if nothing follows. */
  readonly answerBytes: number;
  /** Wait before it is written. */
  readonly waitMs: number;
}

/**
 * - `complete`: the body ends as HTTP says it does.
 * - `cut`: the connection is closed in the middle.
 * - `reset`: the connection is reset.
 * - `hang`: nothing more comes until the client leaves.
 */
export type Ending = 'complete' | 'cut' | 'reset' | 'hang';

/**
 * - `nothing`: the call is not charged.
 * - `produced`: input, and the output that was sent by the end.
 * - `all`: the whole answer, whether or not it arrived.
 */
export type Charging = 'nothing' | 'produced' | 'all';

/** What is written to the caller and when; faults are changes to it. */
export interface Script {
  readonly headersAfterMs: number;
  /** Undefined: the connection ends before any header. */
  readonly head: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  readonly frames: Iterable<Frame>;
  readonly ending: Ending;
  readonly charging: Charging;
  /** Whether the frames are events rather than one body. */
  readonly stream: boolean;
  /** Splits frames into writes of so many bytes, characters cut wherever they fall; 0 leaves them whole. */
  readonly bytesPerWrite: number;
}

/** Bytes that stand for themselves: no answer text, no wait. */
export const frame = (kind: FrameKind, bytes: string | Buffer, answerBytes = 0): Frame => ({
  bytes,
  kind,
  answerBytes,
  waitMs: 0,
});

/** The answer that is one body with its length in the headers. */
export function bodyScript(answer: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly charging: Charging;
}): Script {
  const length = { 'content-length': String(Buffer.byteLength(answer.body)) };
  return {
    headersAfterMs: 0,
    head: { status: answer.status, headers: { ...answer.headers, ...length } },
    frames: [frame('content', answer.body)],
    ending: 'complete',
    charging: answer.charging,
    stream: false,
    bytesPerWrite: 0,
  };
}
