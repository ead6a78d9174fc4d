import { books } from './books.ts';
import type { Dashboard } from './dashboard.ts';
import { latency } from './latency.ts';
import { limits } from './limits.ts';
import { nodeInternals } from './node-internals.ts';
import { providers } from './providers.ts';
import { redis } from './redis.ts';
import { spend } from './spend.ts';
import { traffic } from './traffic.ts';

export const dashboards: readonly Dashboard[] = [
  traffic,
  latency,
  limits,
  spend,
  books,
  providers,
  redis,
  nodeInternals,
];

/** Name and text of each file that Grafana loads. */
export const dashboardFiles = (): ReadonlyMap<string, string> =>
  new Map(dashboards.map((each) => [`${each.uid}.json`, `${JSON.stringify(each, null, 2)}\n`]));
