import { createServer } from 'node:http';
import { systemClock, type Clock } from '@tollgate/core';
import { PromptCache } from './answer/prompt-cache.ts';
import type { ProviderName } from './call/ask.ts';
import { createSimulatedPrices, type SimulatedPrices } from './call/models.ts';
import { pacingSchema, unpaced, type Pacing } from './call/pacing.ts';
import type { AcceptedKeys } from './call/plan-answer.ts';
import { createControlRoutes } from './control/control-routes.ts';
import { FaultRegistry, type Faults } from './faults/fault-registry.ts';
import { createCallHandler } from './http/call-handler.ts';
import { listen, stopServer } from './http/listen.ts';
import { createRequestListener } from './http/request-listener.ts';
import type { LedgerEntry } from './ledger/ledger-entry.ts';
import { Ledger, type LedgerTotals } from './ledger/ledger.ts';
import { KeptResponses } from './providers/responses/kept-responses.ts';
import { baseUrlsAt } from './providers/base-paths.ts';
import { ReplayQueue, type ReplayRequest } from './transcript/replay-queue.ts';

export interface SimulatorOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  readonly clock?: Clock;
  /** Credentials taken, by provider; a provider that is not named takes any and none. */
  readonly keys?: AcceptedKeys;
  /** Over the simulator's own table. */
  readonly prices?: SimulatedPrices;
  readonly pacing?: Partial<Pacing>;
  /** Where `POST /_simulator/replay` may read files; none by default. */
  readonly transcriptsFolder?: string;
  /** Calls that the ledger holds; 10,000 by default. */
  readonly ledgerEntries?: number;
  /** Keeps request bodies in the ledger, for tests in this process. */
  readonly keepBodies?: boolean;
  readonly maxBodyBytes?: number;
}

export interface ProviderSimulator {
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
  /** What a config's `base_url` would be, by provider. */
  readonly baseUrls: Readonly<Record<ProviderName, string>>;
  readonly faults: Faults;
  /** The latest calls that have ended, in that order. */
  ledger(): readonly LedgerEntry[];
  totals(): LedgerTotals;
  clearLedger(): void;
  /** Resolves once so many calls have ended, or arrived, since the ledger was cleared. */
  waitForCalls(count: number): Promise<void>;
  waitForCallsBegun(count: number): Promise<void>;
  /** Settings that are not named keep their value. */
  pace(patch: Partial<Pacing>): void;
  /** The next matching calls are answered with recorded bytes. */
  replay(request: ReplayRequest): void;
  /** Ends all connections. */
  stop(): Promise<void>;
}

const defaults = { ledgerEntries: 10_000, maxBodyBytes: 64 * 1024 * 1024 };

/** Starts a simulator; resolves once it accepts calls. Rejects where the port cannot be had. */
export async function startProviderSimulator(options: SimulatorOptions): Promise<ProviderSimulator> {
  const ledger = new Ledger(options.ledgerEntries ?? defaults.ledgerEntries);
  const faults = new FaultRegistry();
  const replays = new ReplayQueue();
  let pacing = pacingSchema.parse({ ...unpaced, ...options.pacing });
  const getPacing = (): Pacing => pacing;
  const setPacing = (next: Pacing): void => {
    pacing = next;
  };
  const handleCall = createCallHandler({
    sources: {
      faults,
      replays,
      promptCache: new PromptCache(),
      keptResponses: new KeptResponses(),
      priceOf: createSimulatedPrices(options.prices ?? {}),
      keys: options.keys ?? {},
      pacing: getPacing,
    },
    ledger,
    clock: options.clock ?? systemClock,
    maxBodyBytes: options.maxBodyBytes ?? defaults.maxBodyBytes,
    keepBodies: options.keepBodies ?? false,
  });
  const controlRoutes = createControlRoutes({
    ledger,
    faults,
    replays,
    pacing: { get: getPacing, set: setPacing },
    transcriptsFolder: options.transcriptsFolder,
  });
  const server = createServer(createRequestListener({ handleCall, controlRoutes }));
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, { port: options.port, host });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    port,
    url,
    baseUrls: baseUrlsAt(url),
    faults,
    ledger: () => ledger.entries(),
    totals: () => ledger.totals(),
    clearLedger: () => ledger.clear(),
    waitForCalls: (count) => ledger.waitForCalls(count),
    waitForCallsBegun: (count) => ledger.waitForCallsBegun(count),
    pace: (patch) => setPacing(pacingSchema.parse({ ...pacing, ...patch })),
    replay: (request) => replays.add(request),
    stop: () => stopServer(server),
  };
}
