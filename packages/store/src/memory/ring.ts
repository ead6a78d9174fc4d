/** Whole seconds that a bucket stays alive; see lua/lib/ring-buckets.lua, whose twin this is. */
const ringSeconds = 61;
const clockRegressionMs = 5000;

interface Bucket {
  requests: number;
  tokens: number;
}

/** The last minute of a scope. A copy is opened for each decision and kept only if something was written. */
export class Ring {
  requests = 0;
  tokens = 0;
  debt = 0;
  /** How often the clock ran back. */
  folds = 0;
  at: number;
  #lastMs: number;
  #newestRequests: number;
  #newestTokens: number;
  #buckets = new Map<number, Bucket>();

  private constructor(nowMs: number) {
    this.#lastMs = nowMs;
    this.at = Math.floor(nowMs / 1000);
    this.#newestRequests = this.at;
    this.#newestTokens = this.at;
  }

  /** The kept ring as it stands at `nowMs`, as a copy. */
  static open(kept: Ring | undefined, nowMs: number, limit: number | undefined): Ring {
    if (kept === undefined) return new Ring(nowMs);
    if (nowMs < kept.#lastMs - clockRegressionMs) return kept.#fold(nowMs, limit);
    return kept.#copy().#moveTo(nowMs, limit);
  }

  /** As `open`, for what is certain to be written: the kept ring itself goes on, since a copy costs a bucket a second. */
  static goOn(kept: Ring | undefined, nowMs: number, limit: number | undefined): Ring {
    if (kept === undefined) return new Ring(nowMs);
    if (nowMs < kept.#lastMs - clockRegressionMs) return kept.#fold(nowMs, limit);
    return kept.#moveTo(nowMs, limit);
  }

  add(second: number, requests: number, tokens: number): void {
    const bucket = this.#buckets.get(second) ?? { requests: 0, tokens: 0 };
    this.#buckets.set(second, { requests: bucket.requests + requests, tokens: bucket.tokens + tokens });
    this.requests += requests;
    this.tokens += tokens;
    if (requests > 0) this.#newestRequests = Math.max(this.#newestRequests, second);
    if (tokens > 0) this.#newestTokens = Math.max(this.#newestTokens, second);
  }

  /** What the bucket of an earlier addition still holds; undefined once it is gone. */
  bucket(second: number, folds: number): Readonly<Bucket> | undefined {
    if (folds !== this.folds || second <= this.at - ringSeconds || second > this.at) return undefined;
    return this.#buckets.get(second) ?? { requests: 0, tokens: 0 };
  }

  workOff(limit: number | undefined): void {
    const amount = Math.min(this.debt, (limit ?? 0) - this.tokens);
    if (amount <= 0) return;
    this.debt -= amount;
    this.add(this.at, 0, amount);
  }

  requestsResetMs(nowMs: number): number {
    return this.requests === 0 ? 0 : (this.#newestRequests + ringSeconds) * 1000 - nowMs;
  }

  tokensResetMs(nowMs: number, limit: number): number {
    if (this.debt > 0 && limit > 0) return this.tokensWaitMs(nowMs, limit, limit);
    return this.tokens === 0 ? 0 : (this.#newestTokens + ringSeconds) * 1000 - nowMs;
  }

  /** Until one more request fits. */
  requestsWaitMs(nowMs: number, limit: number): number {
    let left = this.requests;
    for (const second of [...this.#buckets.keys()].toSorted((a, b) => a - b)) {
      left -= this.#buckets.get(second)?.requests ?? 0;
      if (left + 1 <= limit) return (second + ringSeconds) * 1000 - nowMs;
    }
    return 0;
  }

  /** Until all debt is worked off and so many tokens fit. */
  tokensWaitMs(nowMs: number, limit: number, need: number): number {
    const ahead = this.#copy();
    while (ahead.debt > 0 || ahead.tokens + need > limit) {
      const rounds = Math.floor(Math.max(ahead.debt - 1, 0) / limit);
      ahead.#advance(ahead.at + Math.max(1, rounds * ringSeconds), limit);
    }
    return ahead.at * 1000 - nowMs;
  }

  #copy(): Ring {
    const ring = new Ring(this.#lastMs);
    ring.requests = this.requests;
    ring.tokens = this.tokens;
    ring.debt = this.debt;
    ring.folds = this.folds;
    ring.at = this.at;
    ring.#newestRequests = this.#newestRequests;
    ring.#newestTokens = this.#newestTokens;
    ring.#buckets = new Map(this.#buckets);
    return ring;
  }

  #fold(nowMs: number, limit: number | undefined): Ring {
    const ring = new Ring(nowMs);
    ring.debt = this.debt;
    ring.folds = this.folds + 1;
    ring.add(ring.at, this.requests, this.tokens);
    ring.workOff(limit);
    return ring;
  }

  #moveTo(nowMs: number, limit: number | undefined): this {
    this.#lastMs = Math.max(nowMs, this.#lastMs);
    this.#advance(Math.floor(this.#lastMs / 1000), limit);
    return this;
  }

  #advance(second: number, limit: number | undefined): void {
    this.workOff(limit);
    if (second === this.at) return;
    while (this.at < second && this.debt > 0 && limit !== undefined && limit > 0) {
      const rounds = Math.min(Math.floor((second - this.at) / ringSeconds), Math.floor(this.debt / limit));
      if (this.tokens === limit && rounds > 0) {
        this.#skip(rounds, limit);
      } else {
        this.at += 1;
        this.#drop();
        this.workOff(limit);
      }
    }
    this.at = second;
    this.#drop();
    this.workOff(limit);
  }

  #drop(): void {
    for (const [second, bucket] of this.#buckets) {
      if (second > this.at - ringSeconds) continue;
      this.requests -= bucket.requests;
      this.tokens -= bucket.tokens;
      this.#buckets.delete(second);
    }
  }

  #skip(rounds: number, limit: number): void {
    const by = rounds * ringSeconds;
    this.#buckets = new Map(
      [...this.#buckets].map(([second, { tokens }]) => [second + by, { requests: 0, tokens }] as const),
    );
    this.requests = 0;
    this.debt -= rounds * limit;
    this.at += by;
    this.#newestTokens += by;
  }
}
