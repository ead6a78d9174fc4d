/** Events a second of a counter, summed by labels; of all series together where none are named. */
export const rateOf = (counter: string, by: readonly string[] = []): string =>
  `${sumBy(by)} (rate(${counter}[$__rate_interval]))`;

/** A quantile of a histogram in which nothing happens is not a number, and Grafana draws nothing. */
export const quantileOf = (quantile: number, histogram: string, by: readonly string[] = []): string =>
  `histogram_quantile(${quantile}, ${sumBy(['le', ...by])} (rate(${histogram}_bucket[$__rate_interval])))`;

export const meanOf = (histogram: string, by: readonly string[] = []): string =>
  `${rateOf(`${histogram}_sum`, by)} / ${rateOf(`${histogram}_count`, by)}`;

const sumBy = (labels: readonly string[]): string => (labels.length === 0 ? 'sum' : `sum by (${labels.join(', ')})`);
