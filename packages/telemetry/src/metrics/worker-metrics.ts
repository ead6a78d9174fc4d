import { AggregatorRegistry } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** In a worker: its metrics are told to the process that supervises it whenever that asks. */
export function shareWithSupervisor({ registry }: Metrics): void {
  AggregatorRegistry.setRegistries(registry);
  listenToPeers();
}

/** In the supervising process: the metrics of all workers as text, each added up or joined as its definition says. */
export const sumOfWorkers = (): Promise<string> => listenToPeers().clusterMetrics();

/** prom-client listens to the other side from the first one that is made. */
const listenToPeers = (): AggregatorRegistry<'text/plain; version=0.0.4; charset=utf-8'> => new AggregatorRegistry();
