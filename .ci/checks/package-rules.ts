/**
 * Which package may import what. docs/architecture.md has the picture and the reasons; this is the table
 * that holds them.
 */

const siblings = ['config', 'store', 'providers', 'upstream', 'admin', 'telemetry'] as const;
const roots = ['gateway', 'cost-aggregator', 'cli'] as const;

interface PackageRule {
  /** Packages of ours that it may import. */
  readonly mayImport: readonly string[];
  readonly rule: string;
  /** It does no I/O, so of Node it may import only what computes. */
  readonly pure?: true;
}

const layers = {
  core: { mayImport: [], rule: '`core` imports nothing of ours.', pure: true },
  sibling: {
    mayImport: ['core'],
    rule: '`config store providers upstream admin telemetry` import `core` and never each other: they meet in a composition root.',
  },
  root: {
    mayImport: ['core', ...siblings],
    rule: '`gateway cost-aggregator cli provider-simulator` are composition roots: they import what lies below and never each other.',
  },
  standalone: {
    mayImport: ['core', ...siblings, 'gateway', 'cost-aggregator', 'provider-simulator'],
    rule: '`standalone` starts the composition roots in one process, and nothing imports it.',
  },
  testkit: { mayImport: ['core'], rule: '`testkit` is for tests of every package, so it imports only `core`.' },
  bench: {
    mayImport: ['core', ...siblings, ...roots, 'provider-simulator', 'testkit'],
    rule: '`bench` is for development only, and nothing imports it.',
  },
  chaos: {
    mayImport: ['core', 'provider-simulator', 'testkit'],
    rule: '`chaos` is for development only: it knows nodes and aggregators as processes, and nothing imports it.',
  },
} as const satisfies Record<string, PackageRule>;

const pureSibling: PackageRule = { ...layers.sibling, pure: true };

export const packageRules: Readonly<Record<string, PackageRule>> = {
  core: layers.core,
  config: layers.sibling,
  store: layers.sibling,
  providers: layers.sibling,
  upstream: pureSibling,
  admin: pureSibling,
  telemetry: layers.sibling,
  gateway: layers.root,
  'cost-aggregator': layers.root,
  cli: layers.root,
  'provider-simulator': layers.root,
  standalone: layers.standalone,
  testkit: layers.testkit,
  bench: layers.bench,
  chaos: layers.chaos,
};

/** Packages of ours that tests may import beside what the package itself may. */
export const testsMayImport: readonly string[] = ['testkit', 'provider-simulator'];

/** Node's modules that compute and reach nothing outside the process. */
export const computingBuiltins: readonly string[] = [
  'assert',
  'buffer',
  'crypto',
  'events',
  'string_decoder',
  'util',
  'zlib',
];

interface LibraryRule {
  readonly packages: readonly string[];
  readonly rule: string;
}

/** Libraries that have a home; everything else reaches what they do through a port. */
export const libraryRules: Readonly<Record<string, LibraryRule>> = {
  ioredis: { packages: ['store', 'testkit'], rule: 'Only `store` talks to Redis.' },
  express: { packages: ['gateway', 'bench'], rule: 'Only `gateway` has an HTTP surface in express.' },
  undici: {
    packages: ['providers', 'bench'],
    rule: 'Only `providers` makes model calls, and it makes them with undici.',
  },
  got: {
    packages: ['gateway', 'cost-aggregator', 'cli', 'bench'],
    rule: 'got is for outbound calls that are no model calls, and they are made by composition roots.',
  },
  winston: { packages: ['telemetry'], rule: 'Logging is defined in `telemetry` alone.' },
  'prom-client': { packages: ['telemetry'], rule: 'Metrics are defined in `telemetry` alone.' },
};
