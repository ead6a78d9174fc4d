export { defaultLoopSettings, type LoopSettings } from './loop/worker.ts';
export { startAggregator, type Aggregator, type AggregatorOptions } from './start-aggregator.ts';
