export { defaultLoopSettings, type LoopSettings } from './loop/worker.ts';
export type { AlertRules } from './alerts/alert-rules.ts';
export {
  startAggregator,
  type Aggregator,
  type AggregatorOptions,
  type AggregatorSettings,
} from './start-aggregator.ts';
