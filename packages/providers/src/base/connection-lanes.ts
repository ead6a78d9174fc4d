import type { Dispatcher } from 'undici';

/** undici takes any iterable as a body, which its types do not say. */
export interface LaneRequest extends Omit<Dispatcher.DispatchOptions, 'body'> {
  readonly body?: Exclude<Dispatcher.DispatchOptions['body'], undefined> | Iterable<Buffer>;
}

export interface LaneDispatcher {
  dispatch(request: LaneRequest, handler: Dispatcher.DispatchHandler): boolean;
  close(): Promise<void>;
}

/** A pool, and how many exchanges it carries. */
export interface Lane {
  readonly dispatcher: LaneDispatcher;
  inFlight: number;
}

/**
 * Exchanges that one pool carries. undici looks for a free connection one by one, so that with
 * thousands of open streams each new request would pay for all of them.
 */
const laneSize = 256;

/** Pools of one origin, filled one after the other: few requests share few connections, many find theirs fast. */
export class ConnectionLanes {
  readonly #openPool: () => LaneDispatcher;
  readonly #lanes: Lane[] = [];
  #closing: Promise<void> | undefined;

  constructor(openPool: () => LaneDispatcher) {
    this.#openPool = openPool;
    this.#addLane();
  }

  /** A lane with room; the taker counts `inFlight` down again. */
  take(): Lane {
    const lane = this.#lanes.find(({ inFlight }) => inFlight < laneSize) ?? this.#addLane();
    lane.inFlight += 1;
    return lane;
  }

  /** Lets exchanges under way finish. */
  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#lanes.map(({ dispatcher }) => dispatcher.close())).then(() => undefined);
    return this.#closing;
  }

  #addLane(): Lane {
    const lane = { dispatcher: this.#openPool(), inFlight: 0 };
    // A lane opened after closing refuses what it is given, as those before it do.
    if (this.#closing !== undefined) void lane.dispatcher.close();
    this.#lanes.push(lane);
    return lane;
  }
}
