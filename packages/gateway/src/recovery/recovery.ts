import {
  allShards,
  type AdmissionStore,
  StoreError,
  type Clock,
  type LedgerRecovery,
  type LedgerState,
  type NodeRegistry,
  type Reservation,
  type Shard,
} from '@tollgate/core';
import type { LocalShare } from '@tollgate/store';
import type { Journal } from '../journal/journal.ts';

export interface RecoveryOptions {
  readonly ledger: LedgerRecovery;
  readonly nodes: NodeRegistry;
  readonly nodeId: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly journal: Journal;
  readonly share: LocalShare;
  /** Renews every call in flight, so that what the store lost of them is held again. */
  readonly renewAll: () => Promise<void>;
  readonly takeBack: AdmissionStore['void'];
  /** Holds what a dead process left, until its lease runs out. */
  readonly holdAgain: (reservation: Reservation) => Promise<unknown>;
  readonly onAnswered: () => void;
  readonly onFailure: (error: StoreError) => void;
  /** Settlements that the store turned out not to have wait again. */
  readonly onReopened: (count: number) => void;
  readonly onNodes: (liveNodes: number) => void;
  readonly onWhole: () => void;
}

type Unsent = ReturnType<Journal['unsent']>[number];

const tickMs = 10_000;
/** While the store is away, or its ledger is not whole. */
const hastyTickMs = 1_000;
const nodeLivesMs = 30_000;

/**
 * Gives back to the store what it lost. Every few seconds it asks each shard under which run of its server it works;
 * where that is a new one, calls in flight are renewed, and settlements that the server does not have are sent again.
 */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #runs = new Map<Shard, string>();
  #liveNodes = 1;
  readonly #unsent: Unsent[];
  readonly #left: Reservation[];
  #nextTickMs = 0;
  #cancelTick: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#unsent = [...options.journal.unsent()];
    this.#left = [...options.journal.left()];
  }

  /** As last heard. */
  get liveNodes(): number {
    return this.#liveNodes;
  }

  start(): void {
    void this.#tick();
  }

  /** Something hints that the store is not what it was. */
  soon(): void {
    const { clock } = this.#options;
    const isDue = this.#nextTickMs - clock.monotonicMs() <= hastyTickMs;
    if (!this.#stopped && this.#running === undefined && !isDue) this.#schedule(hastyTickMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick();
    await this.#running;
    await this.#options.nodes.leave(this.#options.nodeId).catch(ignoreStoreError);
  }

  #tick(): Promise<void> {
    this.#cancelTick();
    this.#running = this.#run().then((delayMs) => {
      this.#running = undefined;
      if (!this.#stopped) this.#schedule(delayMs);
    });
    return this.#running;
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options;
    this.#cancelTick();
    this.#nextTickMs = clock.monotonicMs() + delayMs;
    this.#cancelTick = clock.schedule(delayMs, () => void this.#tick());
  }

  /** Returns when to look again. */
  async #run(): Promise<number> {
    const { nodes, nodeId, onAnswered, onFailure, onWhole } = this.#options;
    try {
      this.#count(await nodes.beat(nodeId, nodeLivesMs));
      onAnswered();
      await this.#giveBack();
      const states = await this.#rejoinAll();
      if (states.every(({ kind }) => kind === 'whole')) {
        onWhole();
        return tickMs;
      }
      onFailure(new StoreError('recovering', 'Redis restarted or failed over; its ledger is not whole yet'));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      onFailure(error);
    }
    return hastyTickMs;
  }

  #count(liveNodes: number): void {
    if (liveNodes !== this.#liveNodes) this.#options.onNodes(liveNodes);
    this.#liveNodes = Math.max(1, liveNodes);
  }

  async #giveBack(): Promise<void> {
    const { share, ledger, takeBack, holdAgain } = this.#options;
    for (const { shard, use, done } of share.giveBack()) {
      await ledger.chargeWindow(shard, use);
      done();
    }
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      await takeBack(next);
      this.#unsent.shift();
    }
    for (let next = this.#left[0]; next !== undefined; next = this.#left[0]) {
      await holdAgain(next);
      this.#left.shift();
    }
  }

  async #rejoinAll(): Promise<readonly LedgerState[]> {
    const asked = await Promise.allSettled(allShards.map((shard) => this.#rejoin(shard)));
    // A shard that does not answer holds up no other one.
    const states = new Map<Shard, LedgerState>();
    asked.forEach((one, index) => {
      if (one.status === 'fulfilled') states.set(allShards[index] ?? '', one.value);
    });
    const changed = [...states].filter(([shard, { run }]) => this.#runs.get(shard) !== run);
    if (changed.length > 0) {
      await this.#options.renewAll();
      // What ends from here on was renewed: the store holds it until it is settled, and need not wait for it.
      this.#options.journal.owe(new Set(changed.map(([shard]) => shard)));
    }
    for (const [shard, { run }] of changed) {
      await this.#reopen(shard);
      this.#runs.set(shard, run);
    }
    for (const one of asked) if (one.status === 'rejected') throw one.reason;
    return [...states.values()];
  }

  #rejoin(shard: Shard): Promise<LedgerState> {
    const { ledger, leaseMs, journal } = this.#options;
    return ledger.rejoin(shard, { leaseMs, busy: journal.owedTo(shard) > 0 });
  }

  async #reopen(shard: Shard): Promise<void> {
    const { journal, ledger, onReopened } = this.#options;
    for (const producer of journal.producersIn(shard)) {
      const count = await journal.reopen(shard, producer, await ledger.applied(shard, producer));
      if (count > 0) onReopened(count);
    }
  }
}

function ignoreStoreError(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
