import {
  Counter,
  Gauge,
  Histogram,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';

/**
 * prom-client finds a series by a text that it makes of the labels each time something is counted, even where they are
 * bound. What is counted with every call is therefore added up here, and shown when somebody scrapes.
 */
export interface Tally {
  add(amount: number): void;
}

/** A counter whose series are bound once, and added to without a look-up. */
export class TallyCounter<Label extends string> extends Counter<Label> {
  readonly #tallies: { readonly child: Counter.Internal; pending: number }[] = [];

  constructor(configuration: CounterConfiguration<Label>) {
    super({ ...configuration, collect: () => this.#show() });
  }

  tally(...values: string[]): Tally {
    const tally = { child: this.labels(...values), pending: 0 };
    this.#tallies.push(tally);
    return {
      add: (amount) => {
        tally.pending += amount;
      },
    };
  }

  #show(): void {
    for (const tally of this.#tallies) {
      if (tally.pending > 0) tally.child.inc(tally.pending);
      tally.pending = 0;
    }
  }
}

/** A gauge without labels that shows a number as it stands when somebody scrapes. */
export class LevelGauge extends Gauge {
  level = 0;

  constructor(configuration: GaugeConfiguration<string>) {
    super({ ...configuration, collect: () => this.set(this.level) });
  }
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Of each bucket by itself; the last one is above all bounds. */
  readonly counts: number[];
  sum: number;
}

/** One series of a histogram. */
export interface Observations {
  observe(value: number): void;
}

/** A histogram whose series are bound once, and shown when somebody scrapes. Only what goes through `tally` is shown. */
export class TallyHistogram<Label extends string = never> extends Histogram<Label> {
  readonly #configuration: TallyHistogramConfiguration<Label>;
  readonly #series = new Map<string, Series>();

  constructor(configuration: TallyHistogramConfiguration<Label>) {
    super(configuration);
    this.#configuration = configuration;
  }

  /** The series of these values, in the order of the label names. */
  tally(...values: string[]): Observations {
    const { buckets } = this.#configuration;
    const series = this.#seriesOf(values);
    return {
      observe: (value) => {
        let bucket = 0;
        while (value > (buckets[bucket] ?? Infinity)) bucket += 1;
        series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
        series.sum += value;
      },
    };
  }

  /** What prom-client asks a histogram for, be it for text or for the sum of several processes. */
  getForPromString(): Promise<object> {
    const { name, help, buckets } = this.#configuration;
    const values = [...this.#series.values()].flatMap((series) => samplesOf(name, buckets, series));
    return Promise.resolve({ name, help, type: 'histogram', values, aggregator: 'sum' });
  }

  #seriesOf(values: readonly string[]): Series {
    const key = values.join('\n');
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const { labelNames = [], buckets } = this.#configuration;
    const series: Series = {
      labels: Object.fromEntries(labelNames.map((name, index) => [name, values[index] ?? ''])),
      counts: Array.from({ length: buckets.length + 1 }, () => 0),
      sum: 0,
    };
    this.#series.set(key, series);
    return series;
  }
}

export interface TallyHistogramConfiguration<Label extends string> extends HistogramConfiguration<Label> {
  readonly buckets: number[];
}

function samplesOf(name: string, bounds: readonly number[], { labels, counts, sum }: Series): readonly object[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return {
      metricName: `${name}_bucket`,
      labels: { le: bounds[index] ?? '+Inf' },
      sharedLabels: labels,
      value: total,
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, sharedLabels: labels, value: sum },
    { metricName: `${name}_count`, labels: {}, sharedLabels: labels, value: total },
  ];
}
